/** Agents that are slow, fail, leave in good order or come late: the wave uses what it has, and nothing is done twice. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { temporal } from '@temporalio/proto';
import type { WaveEvidence } from '../../domain/model/evidence.ts';
import type { OutcomeRecord } from '../../domain/model/records.ts';
import { approveAll, until, untilWave, waveHandle } from '../workflows/follow-run.ts';
import { editFleet, Harness } from '../workflows/harness.ts';
import { assertSound, finals, json, taskIds } from '../workflows/records.ts';

/** As outside tests: none of these agents is killed, so none is waited for. */
const HEARTBEAT_MS = 10_000;
const HEARTBEAT = temporal.api.enums.v1.TimeoutType.TIMEOUT_TYPE_HEARTBEAT;

describe('agents that come and go', function () {
  this.timeout(120_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ timeouts: { heartbeatMs: HEARTBEAT_MS } });
  });
  after(() => harness.stop());

  const run = async (dataset: string) => {
    const handle = await harness.start({ dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' } });
    return { handle, ended: approveAll(harness.client, handle), wave: waveHandle(harness.client, handle, 1) };
  };
  const sound = async (folder: string): Promise<OutcomeRecord[]> => {
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes), taskIds(folder));
    return outcomes;
  };
  const evidence = (folder: string, id: string) =>
    json<WaveEvidence>(join(folder, 'phase22/runs', id, 'wave_1/evidence.json'));

  it('copies the last tasks of a straggler to an idle agent, and counts each once', async () => {
    const folder = await harness.dataset('slow', { waves: 1, tasks: 24, speed: 2 });
    // So slow that the wave would take minutes if it waited.
    editFleet(folder, (agent, index) => ({
      ...agent,
      idempotent: true,
      ...(index === 2 ? { speed: 0.002 } : {}),
    }));
    await harness.serve('slow');
    const { handle, ended } = await run('slow');
    assert.equal((await ended).status, 'completed');
    const outcomes = await sound(folder);
    const { copies } = evidence(folder, handle.workflowId);
    assert.ok(copies.begun >= 1 && copies.won >= 1 && copies.won <= copies.begun, JSON.stringify(copies));
    assert.ok(
      outcomes.every(({ agent_id }) => agent_id !== 'agent_2'),
      'it had time to end a task',
    );
  });

  it('opens the breaker of an agent that fails everything, and tries it again in the same wave', async () => {
    const folder = await harness.dataset('failing', { waves: 1, tasks: 40, speed: 0.4 });
    editFleet(folder, (agent, index) => (index === 0 ? { ...agent, outages: [{ from_ms: 0, to_ms: 1_500 }] } : agent));
    await harness.serve('failing');
    const { handle, ended } = await run('failing');
    assert.equal((await ended).status, 'completed');
    const outcomes = await sound(folder);
    const [agent] = evidence(folder, handle.workflowId).agents;
    assert.equal(agent?.agent_id, 'agent_0');
    assert.ok(agent.trips >= 1 && agent.up.length >= 2, JSON.stringify(agent));
    assert.ok(outcomes.some((row) => row.agent_id === 'agent_0' && row.status === 'completed'));
  });

  it('an agent that stops in good order gives back what it has not begun; one that comes late is used', async () => {
    const folder = await harness.dataset('shifts', { waves: 1, tasks: 40, speed: 0.25 });
    await harness.serve('shifts', ['agent_1']);
    const leaving = await harness.process(['agents', '--dataset', 'shifts', '--agent', 'agent_0'], /agents ready/);
    const { ended, wave } = await run('shifts');
    await untilWave('agent_0 at work and agent_2 missed', wave, ({ agents }) => {
      const one = (id: string) => agents.find(({ agent_id }) => agent_id === id);
      return (one('agent_0')?.completed ?? 0) > 0 && one('agent_2')?.status === 'down';
    });
    await leaving.kill('SIGTERM');
    await harness.serve('shifts', ['agent_2']);
    assert.equal((await ended).status, 'completed');
    const outcomes = await sound(folder);
    for (const id of ['agent_0', 'agent_1', 'agent_2']) {
      assert.ok(
        outcomes.some(({ agent_id, final }) => agent_id === id && final),
        `${id} did nothing`,
      );
    }
    const events = (await wave.fetchHistory()).events ?? [];
    const missed = events.flatMap(({ activityTaskTimedOutEventAttributes: timedOut, eventTime }) => {
      if (timedOut?.failure?.timeoutFailureInfo?.timeoutType !== HEARTBEAT) return [];
      const scheduled = events.find(({ eventId }) => String(eventId) === String(timedOut.scheduledEventId));
      const { activityType, taskQueue, activityId } = scheduled?.activityTaskScheduledEventAttributes ?? {};
      const spent = tsToMs(eventTime) - tsToMs(scheduled?.eventTime);
      return [`${activityType?.name} ${activityId} on ${taskQueue?.name}, ${spent} ms after it was scheduled`];
    });
    assert.deepEqual(missed, [], 'agent_0 was found missing instead of saying that it leaves');
  });

  it('heartbeats several times within a time-out, so that a late one costs nothing', async () => {
    const folder = await harness.dataset('busy', { waves: 1, tasks: 1, agents: 1 });
    editFleet(folder, (agent) => ({ ...agent, speed: 0.002 }));
    await harness.serve('busy');
    const handle = await harness.start({ dataset: 'busy', dryRun: false });
    const wave = waveHandle(harness.client, handle, 1);
    const beats = new Set<number>();
    await until('three heartbeats', async () => {
      const { raw } = await wave.describe();
      for (const { activityType, lastHeartbeatTime } of raw.pendingActivities ?? []) {
        if (activityType?.name === 'executeChunk' && lastHeartbeatTime) beats.add(tsToMs(lastHeartbeatTime));
      }
      return beats.size >= 3;
    });
    const [first, , third] = [...beats];
    assert.ok(third! - first! <= HEARTBEAT_MS, `two in ${third! - first!} ms`);
  });
});
