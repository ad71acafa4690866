/** Arithmetic on spans of time, half open: [from, to). Inputs may overlap, touch, be empty or unsorted. */
import type { Span } from '../model/evidence.ts';

/** The same time as sorted, separate, non-empty spans. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = spans.filter((span) => span.to > span.from).sort((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** What lies in both, as separate spans. */
export function intersectSpans(a: readonly Span[], b: readonly Span[]): Span[] {
  const right = mergeSpans(b);
  return mergeSpans(a).flatMap((span) =>
    right
      .map((other) => ({ from: Math.max(span.from, other.from), to: Math.min(span.to, other.to) }))
      .filter((common) => common.to > common.from),
  );
}

/** Milliseconds covered, overlaps counted once. */
export function totalLength(spans: readonly Span[]): number {
  return mergeSpans(spans).reduce((sum, span) => sum + span.to - span.from, 0);
}

/** Milliseconds of `spans` that no `taken` span covers. */
export function lengthWithout(spans: readonly Span[], taken: readonly Span[]): number {
  return totalLength(spans) - totalLength(intersectSpans(spans, taken));
}
