import assert from 'node:assert/strict';
import { phaseOf } from '../../../domain/dispatch/state.ts';
import { DispatchDriver, names, planned } from './dispatch-driver.ts';

describe('dispatch step: plans', () => {
  it('asks for the first plan, and for no second one while it is made', () => {
    const driver = new DispatchDriver();
    assert.deepEqual(names(driver.send({ type: 'wake' })), ['plan first']);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 10)), []);
    assert.equal(phaseOf(driver.state), 'planning');
  });

  it('does not change the state that it was given', () => {
    const driver = planned({ a: 8 });
    const before = driver.state;
    const text = JSON.stringify(before);
    driver.finish(1);
    assert.equal(JSON.stringify(before), text);
  });

  it('finishes a wave whose first plan has nothing to run', () => {
    const driver = planned({ a: 0 });
    assert.deepEqual(names(driver.commands), ['finish complete']);
    assert.equal(driver.nextWakeAt, null);
    assert.throws(() => driver.send({ type: 'wake' }), /after the wave finished/);
  });

  for (const [what, version] of [
    ['the same version again', 1],
    ['a version left out', 3],
  ] as const) {
    it(`refuses ${what}`, () => {
      const driver = planned({ a: 8 });
      driver.send({ type: 'answered', request: 'w1-g2' });
      assert.throws(() => driver.planned({ a: 8 }, { version }), /follows plan 1/);
    });
  }

  it('refuses a plan that nobody asked for', () => {
    assert.throws(() => planned({ a: 8 }).planned({ a: 8 }), /nobody asked for/);
  });

  it('adds up the dead and the moves, and replaces the totals', () => {
    const driver = planned({ a: 8 }, { dead: 1, moves: 2, deferred: 3, rejected: 1 });
    driver.send({ type: 'answered', request: 'w1-g2' });
    driver.planned({ a: 4 }, { released: 9, dead: 2, moves: 1, deferred: 4, rejected: 1 });
    assert.deepEqual(driver.state.counts, { released: 9, completed: 0, dead: 3, deferred: 4, rejected: 1, moves: 3 });
  });

  it('counts the release from the first plan that released something', () => {
    const driver = planned({ a: 0 }, { requests: [{ request: 'w1-g2', expiresAt: 99_000 }] });
    assert.equal(driver.state.releasedAt, null);
    driver.send({ type: 'answered', request: 'w1-g2' }, 500);
    driver.planned({ a: 4 });
    assert.equal(driver.state.releasedAt, 1_500);
    assert.equal(driver.state.firstDispatchAt, 1_500);
  });
});

describe('dispatch step: chunks', () => {
  it('opens two chunks per agent, each a quarter of what is left', () => {
    const driver = planned({ a: 16, b: 2 });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–4', 'dispatch a 4–7', 'dispatch b 0–1', 'dispatch b 1–2']);
    assert.deepEqual(names(driver.finish(1)), ['dispatch a 7–10']);
  });

  it('keeps a chunk to the target time of the work: 10 s ÷ 1 s per task', () => {
    assert.deepEqual(names(planned({ a: 400 }).commands), ['dispatch a 0–10', 'dispatch a 10–20']);
  });

  it('gives each parallel slot a task', () => {
    const driver = planned({ a: 5 }, { agents: [{ agentId: 'a', parallel: 3 }] });
    assert.deepEqual(names(driver.commands), ['dispatch a 0–3', 'dispatch a 3–5']);
  });

  it('takes a report once, and only about the range that is open', () => {
    const driver = planned({ a: 16 });
    const report = driver.report(1);
    for (const wrong of [{ from: 1 }, { to: 5 }, { planVersion: 2 }, { agentId: 'b' }]) {
      assert.throws(() => driver.send({ type: 'chunkFinished', report: { ...report, ...wrong } }), /another range/);
    }
    assert.throws(() => driver.finish(1, { completed: 4, dead: 1 }), /ended more tasks than it had/);
    assert.throws(() => driver.send({ type: 'chunkSettled', report }), /settled but never lost/);
    driver.finish(1);
    assert.throws(() => driver.send({ type: 'chunkFinished', report }), /chunk 1 is not open/);
    assert.equal(driver.state.counts.completed, 4);
    assert.deepEqual(
      driver.state.accepted.map(({ file, lines }) => [file, lines]),
      [['c1', 4]],
    );
  });

  it('keeps no segment without lines', () => {
    const driver = planned({ a: 16 });
    driver.finish(1, { completed: 0, segment: { file: 'c1', lines: 0, bytes: 0, sha256: '' } });
    driver.finish(2, { completed: 0, segment: null });
    assert.deepEqual(driver.state.accepted, []);
  });

  it('is complete when every row ended: completed or dead', () => {
    const driver = planned({ a: 2 });
    driver.finish(1);
    assert.deepEqual(names(driver.finish(2, { completed: 0, dead: 1 })), ['finish complete']);
    assert.equal(driver.state.counts.dead, 1);
  });

  it('plans leftovers again at once when an agent has little else to do', () => {
    const driver = planned({ a: 2 });
    assert.deepEqual(names(driver.finish(1, { completed: 0 })), ['plan leftovers']);
    assert.equal(driver.state.leftovers, 0, 'the plan takes them in');
    driver.finish(2, { completed: 0 });
    assert.equal(driver.state.leftovers, 1, 'what comes back meanwhile is for the next plan');
    assert.deepEqual(names(driver.planned({ a: 1 })), ['dispatch a 0–1']);
  });

  it('lets leftovers wait up to 5 s while every agent has rows to go', () => {
    const driver = planned({ a: 400 });
    driver.finish(1, { completed: 0, observedMs: 0, predictedMs: 0 });
    assert.equal(driver.nextWakeAt, driver.at + 5_000);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 4_999)), []);
    assert.deepEqual(names(driver.send({ type: 'wake' }, 1)), ['plan leftovers']);
  });

  it('plans leftovers at once when they are 64', () => {
    const driver = planned({ a: 800 }, {}, { chunkTargetMs: 32_000 });
    assert.deepEqual(names(driver.finish(1, { completed: 0 })), ['dispatch a 64–96']);
    assert.deepEqual(names(driver.finish(2, { completed: 0 })), ['plan leftovers']);
  });

  it('folds 200 accepted segments into a list, and plans nothing meanwhile', () => {
    const driver = planned({ a: 1_000 }, {}, { chunkTargetMs: 1_000 });
    for (let seq = 1; seq < 200; seq++)
      assert.deepEqual(names(driver.finish(seq)), [`dispatch a ${seq + 1}–${seq + 2}`]);
    const [fold] = driver.finish(200);
    assert.ok(fold?.type === 'fold');
    assert.deepEqual([fold.segments.length, fold.list, fold.previous], [200, 1, null]);
    driver.finish(201);
    assert.deepEqual(names(driver.send({ type: 'answered', request: 'w1-g2' })), []);
    assert.deepEqual(names(driver.send({ type: 'folded', count: 200, sha256: 'L1' })), ['plan admission']);
    assert.deepEqual(driver.state.folded, { lists: 1, sha256: 'L1' });
    assert.deepEqual(
      driver.state.accepted.map(({ file }) => file),
      ['c201'],
    );
    assert.throws(() => driver.send({ type: 'folded', count: 1, sha256: 'L2' }), /folded more segments/);
  });
});

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
    driver.finish(2, { completed: 0 });
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
    assert.deepEqual(names(driver.finish(2, { completed: 0 })), []);
    const commands = names(driver.send({ type: 'resumed' }));
    assert.deepEqual(commands, ['dispatch a 7–10', 'dispatch a 10–12']);
  });
});

describe('dispatch step: rebalancing', () => {
  /** Agent a takes three times as long as predicted, b as long: a's lane should be shared. */
  function uneven(afterMs: number, settings: { rebalancePermille?: number } = {}): string[] {
    const driver = planned({ a: 40, b: 40 }, {}, settings);
    driver.finish(3, {}, 0);
    const three = { observedMs: 30_000, predictedMs: 10_000 };
    return names(driver.finish(1, three, afterMs));
  }

  it('asks for a plan when an even split would shorten the wave by more than the threshold', () => {
    assert.deepEqual(uneven(2_500), ['plan load_rebalance']);
  });

  it('does not ask at once after a plan, nor for less than the threshold', () => {
    assert.deepEqual(uneven(100), ['dispatch a 18–21']);
    assert.deepEqual(uneven(2_500, { rebalancePermille: 900 }), ['dispatch a 18–21']);
  });
});
