/** The example's upstream between two live runs, with the product learning too. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { predictTime } from '../../domain/calibration/time.ts';
import type { LearningSignalRecord } from '../../domain/model/records.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import { closeLoop } from '../../examples/closed-loop/upstream.ts';
import { approveAll } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, json, rows } from '../workflows/records.ts';

describe('the closed loop, live', function () {
  this.timeout(60_000);
  let harness: Harness;
  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  it('the next run reads corrections and acknowledgements, and does not correct a second time', async () => {
    const folder = await harness.dataset('loop', { speed: 3 });
    await harness.serve('loop');
    const input = { dataset: 'loop', dryRun: false, waveGate: { onUnhealthy: 'continue' } };
    await approveAll(harness.client, await harness.start(input, 'first'));
    assert.ok(closeLoop(folder).includes('phase20/predicted_tasks.jsonl'));
    await approveAll(harness.client, await harness.start({ ...input, rerun: true, waves: [1] }, 'second'));
    await assertSound(folder);

    const of = (run: string) => json<WaveContext>(join(folder, `phase22/runs/${run}/wave_1/context.json`));
    const [before, after] = [of('first'), of('second')];
    assert.equal(after.acknowledgements.length, 6);
    const signals = rows<LearningSignalRecord>(join(folder, 'phase20/phase22_feedback.jsonl'));
    assert.deepEqual(
      signals.map(({ content }) => content.acknowledged),
      [null, null, 'first/w2/prediction_tuning'],
    );
    // Agents are faster than declared, some three times; the first run has taught that to both sides.
    for (const { agent_id } of after.agents) {
      const [then, now] = [before, after].map(
        ({ declared }) => declared.find((row) => row.agent_id === agent_id)!.execution_time_ms,
      );
      assert.ok(now! < 0.9 * then!, `${agent_id}: ${then} and now ${now}`);
      const time = { agent_id, risk_level: 'LOW' as const, task_type: null, declared_ms: now!, speed_multiplier: 1 };
      const ratio = predictTime(after.carry.calibration, time).median_ms / now!;
      assert.ok(ratio > 0.7 && ratio < 1.4, `${agent_id}: expected ${ratio} of what is declared now`);
    }
  });
});
