import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LearningSignalRecord, SummaryRecord } from '../../domain/model/records.ts';
import { approveAll } from './follow-run.ts';
import { editFleet, Harness } from './harness.ts';
import { assertSound, committedOutcomes, finals, json, rows, taskIds } from './records.ts';

const GROWN = [
  'metrics',
  'anomalies',
  'learning_signals',
  'meta_optimization_recommendations',
  'gate_decisions',
  'schedule_moves',
  'dead_letters',
  'quarantine',
  'ledger',
];
const OF_RUN = ['system_health.json', 'inputs.json', 'phase22_summary.json', 'meta_optimization_report.md'];

describe('a live run', function () {
  this.timeout(60_000);
  let harness: Harness;
  let folder: string;
  const input = { dataset: 'small', dryRun: false, waveGate: { onUnhealthy: 'continue' } };

  before(async () => {
    harness = await Harness.start();
    folder = await harness.dataset('small', { speed: 3 });
    // Some attempt fails, whoever gets which task.
    editFleet(folder, (agent) => (agent.agent_id === 'agent_1' ? { ...agent, reliability: 0.6 } : agent));
    await harness.serve('small');
  });
  after(() => harness.stop());

  it('a live run writes everything and keeps every task once', async () => {
    const run = await harness.start(input, 'first');
    const result = await approveAll(harness.client, run);
    assert.equal(result.status, 'completed');
    assert.deepEqual(
      result.waves.map(({ wave, dry_run }) => [wave, dry_run]),
      [
        [1, false],
        [2, false],
      ],
    );

    const outputs = join(folder, 'phase22');
    for (const name of GROWN) assert.ok(existsSync(join(outputs, `${name}.jsonl`)), `${name}.jsonl is missing`);
    for (const name of OF_RUN) assert.ok(existsSync(join(outputs, name)), `${name} is missing`);
    for (const wave of [1, 2]) {
      for (const agent of ['agent_0', 'agent_1', 'agent_2']) {
        for (const name of ['adjusted_schedule', 'tuned_parameters', 'outcomes']) {
          const path = join(outputs, `wave_${wave}`, agent, `${name}.jsonl`);
          assert.ok(existsSync(path), `${path} is missing`);
        }
      }
      assert.ok(existsSync(join(outputs, `wave_${wave}/evidence.json`)));
    }

    const outcomes = await assertSound(folder);
    const all = taskIds(folder);
    assert.equal(all.length, 48);
    assert.deepEqual(finals(outcomes), all);
    assert.ok(outcomes.length > all.length, 'no attempt failed: retries were not tried');

    const metrics = rows<{ wave: number; metric_name: string }>(join(outputs, 'metrics.jsonl'));
    assert.equal(metrics.length, 14);
    for (const [phase, type] of [
      [16, 'heuristic_feedback'],
      [18, 'coordination_refinement'],
      [20, 'prediction_tuning'],
    ] as const) {
      const signals = rows<LearningSignalRecord>(join(folder, `phase${phase}/phase22_feedback.jsonl`));
      assert.deepEqual([...new Set(signals.map(({ signal_type }) => signal_type))], [type]);
      assert.equal(signals.length, 2);
    }
    const summary = json<SummaryRecord>(join(outputs, 'phase22_summary.json'));
    assert.deepEqual(
      [summary.execution_id, summary.status, summary.waves_executed, summary.total_tasks, summary.completed_tasks],
      ['first', 'completed', 2, 48, finals(outcomes, 'completed').length],
    );
  });

  it('a second live run of a consumed dataset ends at once with nothing_to_do', async () => {
    const entries = () => readFileSync(join(folder, 'phase22/ledger.jsonl'), 'utf8').trimEnd().split('\n').length;
    const before = entries();
    const result = await (await harness.start(input, 'second')).result();
    assert.deepEqual([result.status, result.waves], ['nothing_to_do', []]);
    assert.deepEqual(await committedOutcomes(folder, 'second'), []);
    // It took the lease and gave it back.
    assert.equal(entries(), before + 2);
  });

  it('rerun raises the generation', async () => {
    const run = await harness.start({ ...input, rerun: true, waves: [1] }, 'third');
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    const outcomes = await committedOutcomes(folder, 'third');
    const wave1 = taskIds(folder).filter((id) => id.startsWith('task_1_'));
    assert.deepEqual(finals(outcomes), wave1);
    for (const row of outcomes) assert.equal(row.idempotency_key, `small/${row.task_id}/2`);
    await assertSound(folder);
  });
});
