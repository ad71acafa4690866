/**
 * Draws from the gamma and beta distributions, made from a normal and a uniform number. The same numbers give draws that
 * rise together for all shapes, so that what is alike in several unknowns is drawn alike.
 */

/** What a gamma draw is made from: a standard normal number, and a uniform one above 0. */
export interface GammaSeed {
  z: number;
  u: number;
}

/**
 * One draw of Gamma(shape, 1), shape > 0. Wilson and Hilferty's cube of a normal number (1931) at shape + 1, where it is
 * close, brought down to `shape` by Stuart's theorem: Gamma(k) = Gamma(k + 1) × U^(1 ÷ k).
 */
export function gammaDraw(shape: number, { z, u }: GammaSeed): number {
  const raised = shape + 1;
  const cube = 1 - 1 / (9 * raised) + z / (3 * Math.sqrt(raised));
  return raised * Math.max(0, cube) ** 3 * u ** (1 / shape);
}

/** One draw of Beta(a, b), 0–1; a shape that is not above 0 leaves nothing to draw. */
export function betaDraw(a: number, b: number, first: GammaSeed, second: GammaSeed): number {
  if (a <= 0) return 0;
  if (b <= 0) return 1;
  const x = gammaDraw(a, first);
  const y = gammaDraw(b, second);
  return x + y === 0 ? a / (a + b) : x / (x + y);
}
