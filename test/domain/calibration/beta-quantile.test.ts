import assert from 'node:assert/strict';
import fc from 'fast-check';
import { betaQuantile } from '../../../domain/calibration/beta-quantile.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

/** P(Bin(n, x) ≥ k), which equals P(Beta(k, n − k + 1) ≤ x). */
function binomialTail(n: number, k: number, x: number): number {
  let sum = 0;
  for (let i = k; i <= n; i++) {
    let choose = 1;
    for (let j = 1; j <= i; j++) choose = (choose * (n - i + j)) / j;
    sum += choose * x ** i * (1 - x) ** (n - i);
  }
  return sum;
}

describe('betaQuantile', () => {
  it('agrees with closed forms', () => {
    near(betaQuantile(0.3, 1, 1), 0.3, 1e-12);
    near(betaQuantile(0.49, 2, 1), 0.7, 1e-12);
    near(betaQuantile(0.975, 1, 4), 1 - 0.025 ** 0.25, 1e-12);
    near(betaQuantile(0.025, 0.5, 0.5), Math.sin((Math.PI * 0.025) / 2) ** 2, 1e-12);
  });

  it('inverts the binomial tail for whole shapes', () => {
    const shape = fc.integer({ min: 1, max: 25 });
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (a, b, p) => {
        near(binomialTail(a + b - 1, a, betaQuantile(p, a, b)), p, 1e-9);
      }),
    );
  });

  it('mirrors when the shapes are swapped', () => {
    near(betaQuantile(0.025, 7.2, 0.8), 1 - betaQuantile(0.975, 0.8, 7.2), 1e-12);
  });

  it('refuses shapes of 0', () => {
    assert.throws(() => betaQuantile(0.5, 0, 1), /a 0/);
  });
});
