import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { SummaryRecord } from '../../domain/model/records.ts';
import { approveAll, untilWave, waveHandle } from '../workflows/follow-run.ts';
import type { RunHandle } from '../workflows/harness.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, committedOutcomes, finals, json, taskIds } from '../workflows/records.ts';

describe('a run that was ended from outside', function () {
  this.timeout(120_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ timeouts: { heartbeatMs: 3_000 } });
  });
  after(() => harness.stop());

  const live = (dataset: string) => harness.start({ dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' } });

  /** Ends the first run in the middle of its second wave, and lets another one do the rest. */
  const takenOver = async (dataset: string, end: (run: RunHandle) => Promise<unknown>) => {
    const folder = await harness.dataset(dataset, { waves: 2, tasks: 30, speed: 0.4 });
    await harness.serve(dataset);
    const first = await live(dataset);
    const ended = approveAll(harness.client, first).catch((error: unknown) => error);
    const wave = waveHandle(harness.client, first, 2);
    await untilWave('the middle of wave 2', wave, ({ completed }) => completed >= 6);
    await end(first);
    await ended;

    const second = await live(dataset);
    assert.equal((await approveAll(harness.client, second)).status, 'completed');
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes, 'completed'), taskIds(folder));
    const adopted = (await committedOutcomes(folder, first.workflowId)).filter(({ wave: number }) => number === 2);
    assert.ok(adopted.length >= 6, `${adopted.length} outcomes of wave 2 were taken over`);
    return { folder, first };
  };

  it('terminated: the next run takes over what it had done, and does the rest once', async () => {
    const { folder, first } = await takenOver('terminated', (run) => run.terminate('a test'));
    const summary = json<SummaryRecord>(join(folder, `phase22/runs/${first.workflowId}/phase22_summary.json`));
    assert.deepEqual([summary.status, summary.waves_executed], ['terminated', 2]);
    assert.ok(summary.completed_tasks > 30, `${summary.completed_tasks}`);
  });

  it('failed, since its wave was terminated: the same', async () => {
    await takenOver('failed', (run) => waveHandle(harness.client, run, 2).terminate('a test'));
  });
});
