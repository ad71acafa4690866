import assert from 'node:assert/strict';
import { figure, figureBeside } from '../../../domain/metrics/figure.ts';

describe('figure', () => {
  it('has three decimals at most', () => {
    assert.deepEqual([0.9, 0.12345, 0.6396, 12, 0.0004].map(figure), ['0.9', '0.123', '0.64', '12', '0']);
  });

  it('beside a target that it misses never reads as if it reached it', () => {
    assert.equal(figureBeside(0.9, 0.8999), '0.899');
    assert.equal(figureBeside(0.9, 0.8994), '0.899');
    assert.equal(figureBeside(0.8995, 0.89949), '0.899');
    assert.equal(figureBeside(0.9, 0.9), '0.9');
    // Off by what sums of decimals are off by: it meets its target.
    assert.equal(figureBeside(0.9, 0.9 - 1e-16), '0.9');
  });
});
