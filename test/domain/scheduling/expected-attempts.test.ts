import assert from 'node:assert/strict';
import { expectedAttempts } from '../../../domain/scheduling/expected-attempts.ts';

describe('expectedAttempts', () => {
  it('is (1 − q^k) ÷ p', () => {
    assert.equal(expectedAttempts(0.5, 1), 1);
    assert.equal(expectedAttempts(0.5, 3), 1.75);
    assert.ok(Math.abs(expectedAttempts(0.9, 5) - (1 - 0.1 ** 5) / 0.9) < 1e-12);
  });

  it('is 1 when success is certain and the limit when it is impossible', () => {
    assert.equal(expectedAttempts(1, 5), 1);
    assert.equal(expectedAttempts(0, 4), 4);
  });
});
