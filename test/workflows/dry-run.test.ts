import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORECAST_QUANTITIES } from '../../domain/model/forecast.ts';
import type { MetricRecord, SummaryRecord } from '../../domain/model/records.ts';
import type { RunProgress } from '../../domain/model/run.ts';
import { DEMO_DEFAULTS } from '../../domain/demo/generate.ts';
import type { Forecast, ForecastRecord } from '../../domain/simulation/forecast.ts';
import type { ForecastScore } from '../../domain/simulation/forecast-score.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { approveAll, runProgress } from './follow-run.ts';
import { Harness } from './harness.ts';
import { json, listing, rows } from './records.ts';

describe('a dry run', function () {
  this.timeout(60_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start();
    mkdirSync(harness.dataRoot, { recursive: true });
  });
  after(() => harness.stop());

  const outside = (folder: string, executionId: string) =>
    listing(folder).filter((line) => !line.startsWith(`phase22/dry_runs/${executionId}/`));
  const forecast = (folder: string, executionId: string, wave: number) =>
    json<Forecast>(join(folder, `phase22/dry_runs/${executionId}/wave_${wave}/forecast.json`));

  it('{} is a dry run of the demo dataset that touches nothing outside its own folder', async () => {
    const folder = join(harness.dataRoot, 'demo');
    assert.equal(existsSync(folder), false);
    const run = await harness.start({}, 'forecast');
    const result = await run.result();
    assert.deepEqual([result.dataset, result.dry_run, result.status], ['demo', true, 'completed']);
    assert.equal((await run.describe()).status.name, 'COMPLETED');

    // The run made the dataset; beside its own folder, every byte is as it was generated, the phases' files included.
    await writeDemoDataset(join(harness.dataRoot, 'reference'), DEMO_DEFAULTS);
    const generated = listing(join(harness.dataRoot, 'reference'));
    assert.ok(generated.some((line) => line.startsWith('phase16/')));
    assert.deepEqual(outside(folder, 'forecast'), generated);

    const waves = [1, 2, 3].map((wave) => forecast(folder, 'forecast', wave));
    assert.deepEqual(
      waves.map(({ tasks }) => tasks),
      [240, 240, 240],
    );
    for (const { makespan_ms, success_rate, throughput, approvals, approval_tasks, agents } of waves) {
      assert.ok(throughput && throughput.interval[0] > 0);
      assert.equal(
        approval_tasks.median,
        approvals.reduce((sum, { tasks }) => sum + tasks, 0),
      );
      assert.ok(makespan_ms.interval[0] <= makespan_ms.median && makespan_ms.median <= makespan_ms.interval[1]);
      assert.ok(makespan_ms.interval[0] > 0);
      assert.ok(success_rate && success_rate.median > 0.5 && success_rate.interval[1] <= 1);
      assert.ok(approvals.length > 0, 'the approvals that will be asked are part of the forecast');
      assert.equal(agents.length, 6);
    }
    const { finished } = await run.query<RunProgress>('progress');
    assert.deepEqual(
      finished.map(({ forecast: told }) => told?.makespan_ms),
      waves.map(({ makespan_ms }) => makespan_ms),
    );
    const summary = json<SummaryRecord>(join(folder, 'phase22/dry_runs/forecast/phase22_summary.json'));
    assert.equal(summary.dry_run, true);
  });

  it('a live run is scored against the latest dry run of the same plan', async () => {
    const folder = await harness.dataset('scored', { speed: 3 });
    await harness.serve('scored');
    const gate = { mediumNeedsApproval: true };
    await (await harness.start({ dataset: 'scored', gate }, 'older')).result();
    await (await harness.start({ dataset: 'scored', gate }, 'newer')).result();
    // Of other tasks and of another plan: they must not be taken.
    await (await harness.start({ dataset: 'scored', gate, waves: [2] }, 'other')).result();
    await (await harness.start({ dataset: 'scored', gate, strategy: 'minimize_retries' }, 'otherwise')).result();
    // Nor must one that was made once the wave had begun.
    const made = json<ForecastRecord>(join(folder, 'phase22/dry_runs/newer/wave_1/forecast.json'));
    const late = { ...made, execution_id: 'late', forecast_at: Date.now() + 3_600_000 };
    mkdirSync(join(folder, 'phase22/dry_runs/late/wave_1'), { recursive: true });
    writeFileSync(join(folder, 'phase22/dry_runs/late/wave_1/forecast.json'), JSON.stringify(late));

    const live = await harness.start(
      { dataset: 'scored', dryRun: false, gate, waveGate: { onUnhealthy: 'continue' } },
      'live',
    );
    await approveAll(harness.client, live);
    const score = json<ForecastScore>(join(folder, 'phase22/runs/live/wave_1/forecast_vs_actual.json'));
    assert.deepEqual([score.execution_id, score.dry_run, score.wave], ['live', false, 1]);
    assert.equal(score.forecast_execution_id, 'newer');
    assert.deepEqual(score.makespan_ms?.forecast, forecast(folder, 'newer', 1).makespan_ms);
    assert.ok(score.makespan_ms && score.makespan_ms.actual > 0);
    for (const quantity of FORECAST_QUANTITIES) {
      assert.ok(score[quantity], `${quantity} is not scored`);
      const { forecast: value, actual, inside, inside_80 } = score[quantity];
      assert.equal(inside, actual >= value.interval[0] && actual <= value.interval[1]);
      assert.equal(inside_80, actual >= value.interval_80[0] && actual <= value.interval_80[1]);
    }
    const throughput = rows<MetricRecord>(join(folder, 'phase22/runs/live/wave_1/records/metrics.jsonl')).find(
      (metric) => metric.metric_name === 'throughput',
    );
    assert.equal(score.throughput?.actual, throughput?.value);
    assert.equal(score.approval_tasks?.actual, score.approval_tasks?.forecast.median);

    const { forecast_calibration: calibration, waves_executed } = json<SummaryRecord>(
      join(folder, 'phase22/runs/live/phase22_summary.json'),
    );
    assert.equal(calibration.makespan_ms.waves, waves_executed, 'every wave was forecast');
    const report = readFileSync(join(folder, 'phase22/runs/live/meta_optimization_report.md'), 'utf8');
    assert.match(report, /^Against the forecast of newer:$/m);
    assert.match(report, /^## Forecasts$/m);
    assert.match(report, /^\| makespan \| \d+ \| \d+ % \| \d+ % \|$/m);
  });

  it('a dry run of a consumed dataset forecasts it as if it were to run again', async () => {
    const folder = join(harness.dataRoot, 'scored');
    const before = listing(folder);
    const run = await harness.start({ dataset: 'scored', waves: 9 }, 'again');
    const result = await run.result();
    assert.equal(result.status, 'completed');
    const { notes } = await runProgress(run);
    assert.ok(!notes.some(({ text }) => text.includes('tasks left')), 'none has tasks left');
    assert.deepEqual(outside(folder, 'again'), before);
    assert.equal(forecast(folder, 'again', 1).tasks, 24);
    const inputs = json<{ notes: string[] }>(join(folder, 'phase22/dry_runs/again/inputs.json'));
    assert.ok(
      inputs.notes.some((note) => note.includes('as if they were to run again')),
      inputs.notes.join('\n'),
    );
  });
});
