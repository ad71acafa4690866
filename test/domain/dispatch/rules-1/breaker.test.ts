import assert from 'node:assert/strict';
import type { ChunkReport } from '../../../../domain/dispatch/protocol.ts';
import { type DispatchDriver, names, planned, plannedAgent } from '../dispatch-driver.ts';

const FAILED: Partial<ChunkReport> = { completed: 0, failedAttempts: 3, straightFailures: 3 };
const breakerOf = (driver: DispatchDriver) => {
  const { breaker, status, trips } = driver.state.agents[0]!;
  return [breaker, status, trips];
};

/** Agent a tripped with 6 of its 8 rows undone; its probe is due in 2 s. */
function tripped(): DispatchDriver {
  const driver = planned({ a: 8, b: 8 });
  driver.finish(1, FAILED);
  return driver;
}

describe('dispatch step: circuit breaker', () => {
  it('opens after three straight failures, and plans the agent’s lane elsewhere', () => {
    const driver = planned({ a: 8, b: 8 });
    assert.deepEqual(names(driver.finish(1, FAILED)), ['plan failover']);
    assert.deepEqual(breakerOf(driver), ['open', 'down', 1]);
    assert.deepEqual(driver.state.agents[0]?.up, [{ from: 1_000, to: 1_100 }], 'it is offered no more');
  });

  it('counts failures over chunks, and starts anew after a success', () => {
    const driver = planned({ a: 40, b: 40 });
    driver.finish(1, { completed: 0, failedAttempts: 2, straightFailures: 2 });
    assert.deepEqual(breakerOf(driver), ['closed', 'up', 0]);
    driver.finish(2, { completed: 1, failedAttempts: 2, straightFailures: 2 });
    assert.deepEqual([breakerOf(driver), driver.state.agents[0]?.straight], [['closed', 'up', 0], 2]);
    driver.finish(5, { completed: 0, failedAttempts: 1, straightFailures: 1 });
    // 1 of 6 with three failures in a row.
    assert.deepEqual(breakerOf(driver), ['open', 'down', 1]);
  });

  it('judges by the last twenty attempts or so, however good the agent was before', () => {
    const driver = planned({ a: 4_000, b: 8 }, {}, { chunkTargetMs: 400_000 });
    driver.finish(1, { completed: 400 });
    driver.finish(2, { completed: 1, failedAttempts: 14, straightFailures: 14 });
    assert.deepEqual(breakerOf(driver), ['open', 'down', 1]);
  });

  it('does not take the answer to an earlier question for one about the breaker', () => {
    const driver = planned({ a: 8, b: 8 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'wake' }, 2_000);
    assert.equal(driver.state.agents[0]?.probing, true);
    driver.finish(2, FAILED);
    driver.send({ type: 'probeAnswered', agentId: 'a' });
    assert.deepEqual(breakerOf(driver), ['open', 'down', 1]);
  });

  it('asks again after 2 s, and then gives one task at a time until one succeeds', () => {
    const driver = tripped();
    driver.finish(2, { completed: 0, failedAttempts: 1, straightFailures: 1 }, 0);
    driver.planned({ b: 12 });
    assert.ok(!names(driver.send({ type: 'wake' }, 1_999)).includes('probe a'));
    assert.ok(names(driver.send({ type: 'wake' }, 1)).includes('probe a'));
    assert.deepEqual(names(driver.send({ type: 'probeAnswered', agentId: 'a' })), ['plan failover']);
    assert.deepEqual(breakerOf(driver), ['half_open', 'up', 1]);
    const commands = names(driver.planned({ a: 6, b: 4 }));
    assert.ok(commands.includes('dispatch a 0–1') && !commands.some((name) => name.startsWith('dispatch a 1')));
    const trial = driver.state.open.find(({ agentId, planVersion }) => agentId === 'a' && planVersion === 3)!;
    assert.ok(names(driver.finish(trial.seq)).some((name) => name.startsWith('dispatch a 1–')));
    assert.deepEqual(breakerOf(driver), ['closed', 'up', 1]);
    assert.deepEqual(driver.state.agents[0]?.sinceClosed, { attempts: 0, completed: 0 });
  });

  it('opens again, for longer, when the task on trial fails', () => {
    const driver = tripped();
    driver.planned({ b: 10 });
    driver.send({ type: 'wake' }, 2_000);
    driver.send({ type: 'probeAnswered', agentId: 'a' });
    driver.finish(2, { completed: 2 });
    assert.equal(driver.state.agents[0]?.breaker, 'closed', 'what it had begun before speaks for it too');
    const again = tripped();
    again.finish(2, { completed: 0, failedAttempts: 1, straightFailures: 1 });
    again.planned({ b: 12 });
    again.send({ type: 'wake' }, 2_000);
    again.send({ type: 'probeAnswered', agentId: 'a' });
    again.planned({ a: 6, b: 6 });
    const trial = again.state.open.find(({ agentId }) => agentId === 'a')!;
    again.finish(trial.seq, { completed: 0, failedAttempts: 1, straightFailures: 1 });
    assert.deepEqual(breakerOf(again), ['open', 'down', 2]);
    assert.equal(again.state.agents[0]?.probeAt, again.at + 4_000);
  });

  it('begins the next wave on trial', () => {
    const driver = planned({ a: 8 }, { agents: [plannedAgent('a', { onTrial: true })] });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–1']);
    driver.finish(1);
    assert.equal(driver.state.open.length, 2);
  });
});

describe('dispatch step: agents that leave or do nothing', () => {
  it('lets an agent go that is stopping, and asks it again; nothing is held against it', () => {
    const driver = planned({ a: 8, b: 8 });
    assert.deepEqual(names(driver.finish(1, { completed: 1, leaving: true })), ['plan failover']);
    const { status, losses, probeAt, breaker } = driver.state.agents[0]!;
    assert.deepEqual([status, losses, probeAt, breaker], ['down', 0, driver.at + 2_000, 'closed']);
  });

  it('lets no late word of the process before end the one that has taken its place', () => {
    const driver = planned({ a: 8, b: 8 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'wake' }, 2_000);
    driver.send({ type: 'probeAnswered', agentId: 'a' });
    driver.finish(2, { completed: 1, leaving: true });
    assert.equal(driver.state.agents[0]?.status, 'up');
  });

  it('takes an agent for lost that returns a chunk untouched with nothing in its way', () => {
    const idle: Partial<ChunkReport> = { completed: 0, segment: null };
    const driver = planned({ a: 8, b: 8 });
    driver.finish(1, idle);
    assert.equal(driver.state.agents[0]?.status, 'up', 'its other chunk may be in the way');
    const alone = planned({ a: 1, b: 8 });
    alone.finish(1, idle);
    assert.deepEqual([alone.state.agents[0]?.status, alone.state.agents[0]?.losses], ['down', 1]);
    const drained = planned({ a: 1, b: 8 });
    drained.level({ paused: true });
    drained.finish(1, idle);
    assert.equal(drained.state.agents[0]?.status, 'up', 'it was asked to stop');
  });
});
