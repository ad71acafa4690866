import assert from 'node:assert/strict';
import { opensBreaker, stopsExecutor } from '../../../domain/dispatch/breaker.ts';
import { line } from '../wave/stage-fixture.ts';

/** Upper end of the 95 % Wilson interval, as the textbook has it. */
function wilsonUpper(attempts: number, completed: number): number {
  const z = 1.959964;
  const p = completed / attempts;
  const spread = z * Math.sqrt((p * (1 - p)) / attempts + (z * z) / (4 * attempts * attempts));
  return (p + (z * z) / (2 * attempts) + spread) / (1 + (z * z) / attempts);
}

describe('circuit breaker', () => {
  it('opens after three straight failures, not after two', () => {
    assert.deepEqual([opensBreaker(2, 2, 0), opensBreaker(3, 3, 0)], [false, true]);
  });

  it('stays closed on an agent that mostly succeeds', () => {
    // 9 of 12: the interval reaches up to 0.91; 9 of 20: up to 0.66.
    assert.deepEqual([opensBreaker(3, 12, 9), opensBreaker(11, 20, 9)], [false, true]);
  });

  it('agrees with the interval for every count up to 200, in whole numbers', () => {
    for (let attempts = 1; attempts <= 200; attempts++) {
      for (let completed = 0; completed <= attempts; completed++) {
        const expected = wilsonUpper(attempts, completed) < 0.8;
        assert.equal(opensBreaker(3, attempts, completed), expected, `${completed} of ${attempts}`);
      }
    }
  });

  it('stops an executor whose last three attempts failed', () => {
    const fail = line('t1', 'a', 'retry');
    const done = line('t2', 'a', 'completed');
    assert.equal(stopsExecutor([]), false);
    assert.equal(stopsExecutor([fail, fail, done]), false);
    const mostly = Array.from({ length: 6 }, () => done);
    assert.equal(stopsExecutor([...mostly, fail, fail, fail]), false, 'six of nine may still be 0.8');
    assert.equal(stopsExecutor([fail, fail, fail]), true);
  });
});
