import assert from 'node:assert/strict';
import fc from 'fast-check';
import { intersectSpans, lengthWithout, mergeSpans, totalLength } from '../../../domain/metrics/spans.ts';

const span = (from: number, to: number) => ({ from, to });
const spans = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: -3, max: 20 }))
    .map(([from, length]) => span(from, from + length)),
  { maxLength: 8 },
);
/** The covered milliseconds, one by one. */
const covered = (list: { from: number; to: number }[]) => {
  const seen = new Set<number>();
  for (const { from, to } of list) for (let t = from; t < to; t++) seen.add(t);
  return seen;
};

describe('spans', () => {
  it('merges unsorted, overlapping and touching spans, and drops empty and inverted ones', () => {
    const input = [span(20, 30), span(0, 5), span(25, 40), span(5, 8), span(9, 9), span(15, 12)];
    assert.deepEqual(mergeSpans(input), [span(0, 8), span(20, 40)]);
    assert.deepEqual(input[0], span(20, 30), 'the input is untouched');
  });

  it('intersects', () => {
    assert.deepEqual(intersectSpans([span(0, 10), span(20, 30)], [span(5, 25), span(28, 50)]), [
      span(5, 10),
      span(20, 25),
      span(28, 30),
    ]);
    assert.deepEqual(intersectSpans([span(0, 10)], [span(10, 20)]), []);
  });

  it('takes spans out, overlaps counted once', () => {
    assert.equal(lengthWithout([span(0, 100)], [span(90, 200), span(10, 30), span(20, 40)]), 60);
  });

  it('agrees with counting milliseconds', () => {
    fc.assert(
      fc.property(spans, spans, (a, b) => {
        const [left, right] = [covered(a), covered(b)];
        assert.equal(totalLength(a), left.size);
        assert.deepEqual(
          covered(intersectSpans(a, b)),
          new Set([...left].filter((t) => right.has(t)).sort((x, y) => x - y)),
        );
        assert.equal(lengthWithout(a, b), [...left].filter((t) => !right.has(t)).length);
      }),
    );
  });
});
