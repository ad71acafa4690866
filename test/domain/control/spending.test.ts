import assert from 'node:assert/strict';
import { checkSpending, startSpending } from '../../../domain/control/spending.ts';

describe('limits of a run', () => {
  const limits = { maxFailures: 3, maxCost: 0.3 };

  it('are reached at their value, and once granted again, after as much again', () => {
    let spending = startSpending(limits);
    const spend = (failures: number, cost: number) => {
      const checked = checkSpending({ ...spending, failures, cost }, limits);
      spending = checked.spending;
      return checked.reached;
    };
    assert.equal(spend(2, 0.1), null);
    assert.equal(spend(4, 0.1), '4 task(s) failed for good, limits.maxFailures is 3');
    assert.equal(spend(4, 0.1), null, 'it stops once');
    assert.equal(spend(6, 0.1 + 0.2), 'the cost is 0.3, limits.maxCost is 0.3');
    assert.equal(
      spend(7, 0.7),
      '7 task(s) failed for good, limits.maxFailures is 3; the cost is 0.7, limits.maxCost is 0.3',
    );
  });

  it('are none where none were set', () => {
    const none = { maxFailures: null, maxCost: null };
    assert.equal(checkSpending({ ...startSpending(none), failures: 99, cost: 1e9 }, none).reached, null);
  });
});
