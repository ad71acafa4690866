import assert from 'node:assert/strict';
import { phaseOf } from '../../../../domain/dispatch/state.ts';
import { DispatchDriver, names, planned } from '../dispatch-driver.ts';

describe('dispatch step: people', () => {
  const request = { request: 'w1-g2', expiresAt: 31_000 };

  it('waits for an answer, plans with it, and does not ask again', () => {
    const driver = planned({ a: 1 }, { requests: [request] });
    driver.finish(1);
    assert.equal(phaseOf(driver.state), 'waiting');
    assert.equal(driver.nextWakeAt, 31_000);
    assert.deepEqual(names(driver.send({ type: 'answered', request: 'w1-g2' }, 1_000)), ['plan admission']);
    driver.planned({ a: 1 }, { requests: [request] });
    assert.deepEqual(driver.state.requests, []);
    assert.deepEqual(driver.state.answered, ['w1-g2']);
  });

  it('lets a request expire at its deadline, not before', () => {
    const driver = planned({ a: 0 }, { requests: [request] });
    assert.deepEqual(names(driver.send({ type: 'wake' }, 29_999)), []);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 1)), ['plan admission']);
    assert.deepEqual(driver.state.expired, ['w1-g2']);
    assert.deepEqual(names(driver.planned({ a: 0 }, { requests: [request], deferred: 1 })), ['finish complete']);
  });

  it('counts the time in which only people were waited for as a pause', () => {
    const driver = planned({ a: 1 }, { requests: [request] });
    driver.finish(1);
    driver.send({ type: 'answered', request: 'w1-g2' }, 5_000);
    assert.deepEqual(driver.state.pauses, [{ from: 1_100, to: 6_100 }]);
  });

  it('does not count it while a lost agent is waited for too', () => {
    const driver = planned({ a: 1 }, { requests: [request] });
    driver.send({ type: 'chunkLost', seq: 1 });
    driver.send({ type: 'chunkSettled', report: driver.report(1, { completed: 0 }) });
    driver.send({ type: 'wake' }, 5_000);
    driver.planned({}, { requests: [request], stranded: 1, agents: [], released: 1 });
    driver.send({ type: 'answered', request: 'w1-g2' }, 5_000);
    assert.deepEqual(driver.state.pauses, []);
  });
});

describe('dispatch step: control', () => {
  it('drains the agents that have open chunks, once, and is paused at zero in flight only', () => {
    const driver = planned({ b: 8, a: 8, c: 0 });
    assert.deepEqual(names(driver.level({ paused: true })), ['drain a', 'drain b']);
    assert.deepEqual(names(driver.level({ paused: true })), []);
    for (const seq of [1, 2, 3]) {
      driver.finish(seq, { completed: 0 });
      assert.equal(phaseOf(driver.state), 'draining');
    }
    assert.deepEqual(names(driver.finish(4, { completed: 0 })), []);
    assert.equal(phaseOf(driver.state), 'paused');
    assert.deepEqual(names(driver.send({ type: 'wake' }, 60_000)), []);
  });

  it('goes on after a pause with what came back', () => {
    const driver = planned({ a: 2 });
    driver.level({ paused: true });
    driver.finish(1, { completed: 0 });
    driver.finish(2, { completed: 0, failedAttempts: 1 });
    driver.send({ type: 'wake' }, 1_000);
    assert.deepEqual(names(driver.level({ paused: false })), ['plan leftovers']);
    assert.deepEqual(driver.state.pauses, [{ from: 1_200, to: 2_200 }]);
  });

  it('takes a pause out that came between the release and the first dispatch', () => {
    const driver = new DispatchDriver();
    driver.send({ type: 'wake' });
    driver.level({ paused: true });
    assert.deepEqual(names(driver.planned({ a: 1 })), []);
    driver.send({ type: 'wake' }, 7_000);
    assert.deepEqual(names(driver.level({ paused: false })), ['dispatch a 0–1']);
    assert.deepEqual(driver.state.pauses, [{ from: 1_000, to: 8_000 }]);
  });

  it('ignores a level that is not newer', () => {
    const driver = planned({ a: 8 });
    driver.level({ paused: true, epoch: 5 });
    driver.level({ paused: false, epoch: 5 });
    driver.level({ paused: false, epoch: 4 });
    assert.equal(driver.state.level.paused, true);
  });

  for (const [flag, reason] of [
    ['dryRun', 'dry_run'],
    ['cancelled', 'cancelled'],
  ] as const) {
    it(`${flag} drains, finishes as ${reason}, and cannot be taken back`, () => {
      const driver = planned({ a: 2 });
      assert.deepEqual(names(driver.level({ [flag]: true })), ['drain a']);
      driver.level({ [flag]: false });
      assert.equal(driver.state.level[flag], true);
      driver.finish(1, { completed: 0 });
      assert.deepEqual(names(driver.finish(2)), [`finish ${reason}`]);
      assert.equal(driver.state.agents[0]?.up[0]?.to, driver.at);
    });
  }

  it('a cancelled wave waits for the plan that is being made', () => {
    const driver = new DispatchDriver();
    driver.send({ type: 'wake' });
    assert.deepEqual(names(driver.level({ cancelled: true })), []);
    assert.deepEqual(names(driver.planned({ a: 8 })), ['finish cancelled']);
  });

  it('a wave that is cancelled before it began has no plan', () => {
    const driver = new DispatchDriver({}, { cancelled: true });
    assert.deepEqual(names(driver.send({ type: 'wake' })), ['finish cancelled']);
    assert.equal(driver.state.planVersion, 0);
  });

  it('starts nothing while it is to continue as new, and goes on after', () => {
    const driver = planned({ a: 16 });
    driver.send({ type: 'quiesce' });
    assert.deepEqual(names(driver.finish(1)), []);
    assert.deepEqual(names(driver.finish(2, { completed: 0, failedAttempts: 1 })), []);
    const commands = names(driver.send({ type: 'resumed' }));
    assert.deepEqual(commands, ['dispatch a 7–10', 'dispatch a 10–12']);
  });
});

describe('dispatch step: folding', () => {
  it('keeps what was accepted while the list was being written', () => {
    const driver = planned({ a: 300 }, {}, { chunkTasksMax: 1 });
    let seq = 1;
    while (!driver.state.folding) driver.finish(seq++);
    assert.equal(driver.state.accepted.length, 200);
    driver.finish(seq++);
    driver.send({ type: 'folded', count: 200, sha256: 's' });
    assert.deepEqual(
      driver.state.accepted.map(({ file }) => file),
      ['c201'],
    );
    assert.deepEqual(driver.state.folded, { lists: 1, sha256: 's' });
  });
});
