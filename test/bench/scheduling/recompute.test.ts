import assert from 'node:assert/strict';
import { oneLaneEach } from '../../../bench/scheduling/instances/instance.ts';
import { checkSolution, gapOf, makespanOf } from '../../../bench/scheduling/recompute.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Solution } from '../../../domain/scheduling/solve.ts';

// Two tasks on agents a and b: 4 or 6, and 3 or 7.
const TIMES = denseTimes(2, 2, Float64Array.from([4, 6, 3, 7]));
const LANES = oneLaneEach(2);
// Both on a: 7. Equal prices prove (4 + 3) / 2 = 3.5; the longest task alone takes 4.
const SOLUTION: Solution = {
  laneOf: Int32Array.from([0, 0]),
  makespanMs: 7,
  boundMs: 3.5,
  prices: Float64Array.from([0.5, 0.5]),
  evaluations: 0,
};

describe('the check of a solution', () => {
  const check = (changes: Partial<Solution>) => checkSolution('x', TIMES, LANES, { ...SOLUTION, ...changes });

  it('computes makespan, bound and gap itself', () => {
    assert.deepEqual(check({}), { makespanMs: 7, boundMs: 3.5, gap: 1 });
    // Prices 3 : 1: min(3 × 4, 6) + min(3 × 3, 7) = 13, divided by 4.
    assert.equal(check({ prices: Float64Array.from([3, 1]), boundMs: 3.25 }).boundMs, 3.25);
    const busy = { agentOf: [0, 0, 1], freeAt: [2, 0, 1] };
    // Lanes a, a, b with prices 1, 1, 2: free times 2 + 0 + 2, tasks 4 + 3, divided by 4. Finishes: 2 + 3, 4, 1.
    const solution = { ...SOLUTION, laneOf: Int32Array.from([1, 0]), prices: Float64Array.from([1, 2]) };
    const checked = checkSolution('x', TIMES, busy, { ...solution, makespanMs: 5, boundMs: 11 / 4 });
    assert.deepEqual([checked.makespanMs, checked.boundMs], [5, 2.75]);
  });

  it('takes the longest task for a bound, but no more than that', () => {
    assert.equal(check({ boundMs: 4 }).gap, 0.75);
    assert.throws(() => check({ boundMs: 4.01 }), /^Error: x: the bound is said to be 4\.01, expected 4 as computed/);
    assert.throws(() => check({ boundMs: 3.4 }), /^Error: x: the bound is said to be 3\.4, expected 3\.5 as computed/);
  });

  it('refuses what is no schedule, or another than it claims', () => {
    assert.throws(() => check({ makespanMs: 6.99 }), /x: the makespan is said to be 6\.99, expected 7/);
    assert.throws(() => check({ laneOf: Int32Array.from([0, -1]) }), /x: task 1 is on lane -1, expected 0 to 1/);
    assert.throws(() => check({ laneOf: Int32Array.from([0, 2]) }), /x: task 1 is on lane 2, expected 0 to 1/);
    assert.throws(() => check({ laneOf: Int32Array.from([0]) }), /x: 1 lanes, expected one per task of 2/);
    assert.throws(() => check({ prices: Float64Array.from([2, -1]) }), /x: price -1 of agent 1, expected 0 or more/);
    const barred = denseTimes(1, 2, Float64Array.from([1, Infinity]));
    assert.throws(
      () => makespanOf('x', barred, LANES, Int32Array.from([1])),
      /x: task 0 is on agent 1, where it may not/,
    );
  });

  it('lets no makespan be below its bound, but for rounding', () => {
    assert.equal(gapOf('x', 10 - 1e-12, 10), 0);
    assert.throws(() => gapOf('x', 9.99, 10), /x: a makespan of 9\.99, expected none below the bound 10/);
  });
});
