import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calibrationError } from '../../../domain/calibration/calibration-error.ts';

const near = (actual: number | undefined, expected: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe('calibrationError', () => {
  it('is null without pairs', () => assert.equal(calibrationError([]), null));

  it('is the mean square and the binned gap', () => {
    const error = calibrationError([
      { predicted: 0.8, success: true },
      { predicted: 0.8, success: false },
      { predicted: 0.35, success: false },
      { predicted: 1, success: true },
    ]);
    // Brier (0.04 + 0.64 + 0.1225 + 0) ÷ 4; bins: |1.6 − 1|, |0.35 − 0| and |1 − 1|, ÷ 4.
    near(error?.brier, 0.200625);
    near(error?.ece, 0.2375);
  });

  it('copes with every prediction being 0.725', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => ({ predicted: 0.725, success: i < 29 }));
    near(calibrationError(pairs)?.ece, 0);
  });

  it('lies within 0–1', () => {
    const pair = fc.record({ predicted: fc.double({ min: 0, max: 1, noNaN: true }), success: fc.boolean() });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const { brier, ece } = calibrationError(pairs) ?? assert.fail();
        assert.ok(brier >= 0 && brier <= 1 && ece >= 0 && ece <= 1);
      }),
    );
  });
});
