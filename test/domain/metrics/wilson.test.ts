import assert from 'node:assert/strict';
import fc from 'fast-check';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';

const near = (actual: [number, number], expected: [number, number]) =>
  expected.forEach((bound, i) =>
    assert.ok(Math.abs((actual[i] ?? NaN) - bound) < 1e-9, `${actual.join()} is not ${expected.join()}`),
  );

describe('wilsonInterval', () => {
  it('gives the published numbers', () => {
    near(wilsonInterval(19, 20), [0.7638688066, 0.9911185512]);
    near(wilsonInterval(8, 10), [0.4901624715, 0.9433178485]);
    near(wilsonInterval(0, 10), [0, 0.2775327999]);
    near(wilsonInterval(10, 10), [0.7224672001, 1]);
  });

  it('knows nothing from nothing, and refuses a part above the whole', () => {
    assert.deepEqual(wilsonInterval(0, 0), [0, 1]);
    assert.throws(() => wilsonInterval(3, 2), /share of 3 in 2/);
  });

  it('stays within 0–1, contains the share, and narrows with the sample', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (successes, failures) => {
        fc.pre(successes + failures > 0);
        const [low, high] = wilsonInterval(successes, successes + failures);
        const share = successes / (successes + failures);
        assert.ok(0 <= low && low <= share && share <= high && high <= 1);
        const [wideLow, wideHigh] = wilsonInterval(4 * successes, 4 * (successes + failures));
        assert.ok(wideHigh - wideLow < high - low);
      }),
    );
  });
});
