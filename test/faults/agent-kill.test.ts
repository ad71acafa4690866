import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { MoveRecord } from '../../domain/model/records.ts';
import { approveAll, untilWave, waveHandle } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, finals, rows, taskIds } from '../workflows/records.ts';

describe('a lost agent', function () {
  this.timeout(120_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ timeouts: { unreachableMs: 4_000, heartbeatMs: 3_000 } });
  });
  after(() => harness.stop());

  /** A run in the middle of its wave; agent_0 is a process of its own, the others are served here. */
  const underWay = async (dataset: string) => {
    const folder = await harness.dataset(dataset, { waves: 1, tasks: 40, speed: 0.7 });
    await harness.serve(dataset, ['agent_1', 'agent_2']);
    const agent = await harness.process(['agents', '--dataset', dataset, '--agent', 'agent_0'], /agents ready/);
    const run = await harness.start({ dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' } });
    const ended = approveAll(harness.client, run);
    const wave = waveHandle(harness.client, run, 1);
    await untilWave('agent_0 at work', wave, ({ agents }) =>
      agents.some(({ agent_id, in_flight, completed }) => agent_id === 'agent_0' && in_flight > 0 && completed > 0),
    );
    return { folder, agent, wave, ended };
  };
  const lost = (wave: Awaited<ReturnType<typeof underWay>>['wave']) =>
    untilWave('agent_0 lost', wave, ({ agents }) =>
      agents.some(({ agent_id, status }) => agent_id === 'agent_0' && status === 'down'),
    );
  const check = async (folder: string) => {
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes), taskIds(folder));
    const moves = rows<MoveRecord>(join(folder, 'phase22/schedule_moves.jsonl'));
    const away = moves.filter(
      ({ from_agent, reason }) => from_agent === 'agent_0' && reason === 'failover_reassignment',
    );
    assert.ok(away.length > 0, 'nothing failed over');
    return outcomes;
  };

  it('kill -9 of an agent: its tasks fail over, nothing is lost and nothing counts twice', async () => {
    const { folder, agent, wave, ended } = await underWay('killed');
    await agent.kill('SIGKILL');
    await lost(wave);
    assert.equal((await ended).status, 'completed');
    const outcomes = await check(folder);
    assert.ok(
      outcomes.some(({ agent_id, final }) => agent_id === 'agent_0' && final),
      'what it had done does not count',
    );
  });

  it('an agent that stood still beyond its heartbeat and goes on has nothing accepted twice', async () => {
    const { folder, agent, wave, ended } = await underWay('stopped');
    await agent.kill('SIGSTOP');
    await lost(wave);
    // Long enough for its tasks to be planned elsewhere, so that both really are at work on them.
    await wait(500);
    await agent.kill('SIGCONT');
    assert.equal((await ended).status, 'completed');
    await check(folder);
    await agent.kill('SIGKILL');
  });
});
