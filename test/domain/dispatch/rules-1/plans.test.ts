import assert from 'node:assert/strict';
import { phaseOf } from '../../../../domain/dispatch/state.ts';
import { DispatchDriver, names, planned } from '../dispatch-driver.ts';

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
    const totals = { released: 9, completed: 0, dead: 3, deferred: 4, rejected: 1, moves: 3, copies: 0, costMicros: 0 };
    assert.deepEqual(driver.state.counts, totals);
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
    assert.deepEqual(uneven(100), ['dispatch a 18–22']);
    assert.deepEqual(uneven(2_500, { rebalancePermille: 900 }), ['dispatch a 18–22']);
  });
});
