import assert from 'node:assert/strict';
import { join } from 'node:path';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { readLedger } from '../../store/ledger/ledger.ts';
import type { SummaryRecord } from '../../domain/model/records.ts';
import { writeSmallDataset } from '../agents/small-dataset.ts';
import { Harness } from './harness.ts';
import { assertSound, finals, json, rows } from './records.ts';

/** Enough to continue as new more than once; `WAVEWRIGHT_TEST_WAVES=300` takes the time that the full length takes. */
const WAVES = Number(process.env.WAVEWRIGHT_TEST_WAVES ?? 30);
/** So few events that the run is asked to continue as new about every tenth wave, and a wave is not. */
const EVENTS_MAX = 100;

describe('a long run', function () {
  this.timeout(60_000 + WAVES * 15_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': EVENTS_MAX } });
  });
  after(() => harness.stop());

  it(`of ${WAVES} waves goes through several executions, and every wave is recorded once`, async () => {
    const folder = join(harness.dataRoot, 'long');
    const agents = ['a', 'b'].map((agent_id) => ({ agent_id, kind: 'simulated', speed: 4, reliability: 1 }));
    const ids = writeSmallDataset(folder, { tasks: 2 * WAVES, predictedMs: 20, fleet: { agents } });
    await harness.serve('long');
    const waveGate = { onUnhealthy: 'continue' };
    const run = await harness.start({ dataset: 'long', dryRun: false, tasksPerWave: 2, waveGate }, 'long');
    const { status, waves } = await run.result();
    const numbers = Array.from({ length: WAVES }, (_, index) => index + 1);
    assert.equal(status, 'completed');
    assert.deepEqual(
      waves.map(({ wave }) => wave),
      numbers,
    );

    let executions = 1;
    for (let runId = run.firstExecutionRunId; ; executions += 1) {
      const { events } = await harness.client.workflow.getHandle('long', runId).fetchHistory();
      const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      if (next === undefined || next === null) break;
      runId = next;
    }
    assert.ok(executions >= 3, `${executions} execution(s)`);

    const ledger = await readLedger(localArtifacts(folder));
    assert.deepEqual(
      ledger.map(({ kind, wave }) => wave ?? kind),
      ['open', ...numbers, 'close'],
    );
    assert.deepEqual(finals(await assertSound(folder), 'completed'), ids);
    const perWave = (file: string) => {
      const counts = new Map<number, number>();
      for (const { wave } of rows<{ wave: number }>(join(folder, 'phase22', file))) {
        counts.set(wave, (counts.get(wave) ?? 0) + 1);
      }
      return [...counts];
    };
    assert.deepEqual(
      perWave('metrics.jsonl'),
      numbers.map((wave) => [wave, 7]),
    );
    assert.deepEqual(
      perWave('meta_optimization_recommendations.jsonl'),
      numbers.map((wave) => [wave, 1]),
    );
    const summary = json<SummaryRecord>(join(folder, 'phase22/phase22_summary.json'));
    assert.deepEqual([summary.waves_executed, summary.completed_tasks], [WAVES, 2 * WAVES]);
  });
});
