import assert from 'node:assert/strict';
import { betaQuantile } from '../../../domain/calibration/beta-quantile.ts';
import { betaDraw, gammaDraw } from '../../../domain/model/gamma-draw.ts';
import { normal, seededRandom } from '../../../domain/model/random.ts';

const DRAWS = 20_000;

function draws(of: (next: () => { z: number; u: number }) => number): number[] {
  const random = seededRandom('gamma draws');
  return Array.from({ length: DRAWS }, () => of(() => ({ z: normal(random), u: 1 - random() }))).sort((a, b) => a - b);
}

describe('gamma and beta draws', () => {
  for (const shape of [0.3, 1, 4, 30]) {
    it(`Gamma(${shape}) has its mean and variance`, () => {
      const values = draws((next) => gammaDraw(shape, next()));
      const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
      assert.ok(Math.abs(mean / shape - 1) < 0.04, `mean ${mean}`);
      assert.ok(Math.abs(variance / shape - 1) < 0.08, `variance ${variance}`);
    });
  }

  for (const [a, b] of [
    [7.4, 0.6],
    [36, 2],
    [4, 4],
  ] as const) {
    it(`Beta(${a}, ${b}) has its quantiles`, () => {
      const values = draws((next) => betaDraw(a, b, next(), next()));
      for (const p of [0.1, 0.5, 0.9]) {
        const expected = betaQuantile(p, a, b);
        const share = values.filter((value) => value <= expected).length / DRAWS;
        assert.ok(Math.abs(share - p) < 0.015, `P(X ≤ ${expected}) is ${share}, expected ${p}`);
      }
    });
  }

  it('a shape of 0 leaves nothing to draw', () => {
    const seed = { z: 0, u: 0.5 };
    assert.deepEqual([betaDraw(0, 8, seed, seed), betaDraw(8, 0, seed, seed)], [0, 1]);
  });
});
