import assert from 'node:assert/strict';
import { approveAll, untilRun, untilWave, waveHandle } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, finals, taskIds } from '../workflows/records.ts';

describe('a killed orchestrator', function () {
  this.timeout(180_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ orchestrator: false });
  });
  after(() => harness.stop());

  it('kill -9 of the orchestrator in the middle of wave 2: the run completes and every task has exactly one outcome', async () => {
    const folder = await harness.dataset('killed', { waves: 2, tasks: 36, speed: 0.6 });
    const ready = /orchestrator ready/;
    const [orchestrator] = await Promise.all([
      harness.process(['orchestrator'], ready),
      harness.process(['agents', '--dataset', 'killed', '--agent', 'agent_0', 'agent_1', 'agent_2'], /agents ready/),
    ]);
    const run = await harness.start({ dataset: 'killed', dryRun: false, waveGate: { onUnhealthy: 'continue' } });
    const ended = approveAll(harness.client, run);
    await untilRun('wave 2', run, ({ open_wave }) => open_wave?.wave === 2);
    await untilWave('the middle of wave 2', waveHandle(harness.client, run, 2), ({ completed, in_flight }) => {
      return completed >= 4 && in_flight > 0;
    });
    await orchestrator.kill('SIGKILL');
    await harness.process(['orchestrator'], ready);

    assert.equal((await ended).status, 'completed');
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes), taskIds(folder));
  });
});
