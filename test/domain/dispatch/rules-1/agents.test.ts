import assert from 'node:assert/strict';
import { phaseOf } from '../../../../domain/dispatch/state.ts';
import { names, planned } from '../dispatch-driver.ts';

describe('dispatch step: lost agents', () => {
  it('settles a lost chunk, takes the agent for down, and plans its lane elsewhere once all is settled', () => {
    const driver = planned({ a: 16, b: 16 });
    assert.deepEqual(names(driver.send({ type: 'chunkLost', seq: 1 })), ['settle 1']);
    assert.deepEqual(names(driver.send({ type: 'chunkLost', seq: 2 })), ['settle 2']);
    assert.throws(() => driver.send({ type: 'chunkLost', seq: 2 }), /lost twice/);
    assert.throws(() => driver.finish(1), /lost before it finished/);
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 3 }) });
    assert.equal(driver.state.planning, null);
    const commands = driver.send({ type: 'chunkSettled', report: driver.report(2, { completed: 0, segment: null }) });
    assert.deepEqual(names(commands), ['plan failover']);
    assert.equal(driver.state.counts.completed, 3);
    assert.deepEqual(driver.state.agents[0]?.up, [{ from: 1_000, to: 1_000 }]);
  });

  it('asks a lost agent after 2 s, then less and less often, up to every 16 s', () => {
    const driver = planned({ a: 1, b: 16 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    for (const waitMs of [2_000, 4_000, 8_000, 16_000, 16_000]) {
      const { probeAt } = driver.state.agents[0]!;
      assert.equal(probeAt, driver.at + waitMs);
      assert.ok(!names(driver.send({ type: 'wake' }, waitMs - 1)).includes('probe a'));
      assert.ok(names(driver.send({ type: 'wake' }, 1)).includes('probe a'));
      assert.ok(!names(driver.send({ type: 'wake' })).includes('probe a'), 'one probe at a time');
      driver.send({ type: 'probeSilent', agentId: 'a' });
    }
  });

  it('takes an agent back that answers, and plans for it', () => {
    const driver = planned({ a: 1 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    driver.send({ type: 'wake' }, 5_000);
    driver.planned({}, { stranded: 1, agents: [], released: 1 });
    assert.equal(phaseOf(driver.state), 'stranded');
    assert.deepEqual(names(driver.send({ type: 'probeAnswered', agentId: 'a' }, 100)), ['plan failover']);
    assert.deepEqual(names(driver.planned({ a: 1 })), ['dispatch a 0–1']);
    assert.deepEqual(driver.state.agents[0]?.up, [
      { from: 1_000, to: 1_000 },
      { from: 6_100, to: 0 },
    ]);
    assert.equal(driver.state.strandedSince, null);
  });

  it('gives stranded tasks up after the time that a task may wait', () => {
    const driver = planned({ a: 1 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    driver.send({ type: 'wake' }, 5_000);
    driver.planned({}, { stranded: 1, agents: [], released: 1 });
    assert.ok(!names(driver.send({ type: 'wake' }, 59_999)).includes('plan give_up'));
    assert.ok(names(driver.send({ type: 'wake' }, 1)).includes('plan give_up'));
    assert.deepEqual(names(driver.planned({}, { dead: 1, agents: [], released: 1 })), ['finish complete']);
  });

  it('does not let a plan in between make the wait longer', () => {
    const driver = planned({ a: 1 });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    driver.send({ type: 'wake' }, 5_000);
    driver.planned({}, { stranded: 1, agents: [], released: 1 });
    driver.send({ type: 'answered', request: 'w1-g2' }, 40_000);
    driver.planned({}, { stranded: 1, agents: [], released: 1 });
    assert.ok(names(driver.send({ type: 'wake' }, 20_000)).includes('plan give_up'));
  });

  it('asks an agent no more that lost six chunks and finished none', () => {
    const driver = planned({ a: 1 });
    for (let losses = 1; losses <= 6; losses++) {
      const seq = driver.state.nextSeq - 1;
      driver.send({ type: 'chunkLost', seq });
      assert.equal(driver.state.agents[0]?.probeAt, losses <= 5 ? driver.at + 2_000 * losses : null);
      if (losses === 6) break;
      driver.send({ type: 'chunkSettled', report: driver.report(seq, { completed: 0 }) });
      driver.send({ type: 'wake' }, 2_000 * losses);
      driver.send({ type: 'probeAnswered', agentId: 'a' });
      if (driver.state.planning === null) driver.send({ type: 'wake' }, 5_000);
      while (driver.state.planning !== null) driver.planned({ a: 1 });
    }
  });
});

describe('dispatch step: an agent given up', () => {
  it('is not asked again because a question was still open', () => {
    const driver = planned({ a: 2 });
    driver.state.agents[0]!.losses = 4;
    driver.send({ type: 'chunkLost', seq: 1 });
    assert.deepEqual(names(driver.send({ type: 'wake' }, 10_000)), ['probe a']);
    driver.send({ type: 'chunkLost', seq: 2 });
    driver.send({ type: 'probeSilent', agentId: 'a' });
    assert.equal(driver.state.agents[0]?.probeAt, null);
  });
});
