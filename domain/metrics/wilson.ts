import { invariant } from '../model/invariant.ts';

/** The normal distribution's 97.5 % point. */
const Z = 1.959963984540054;

/**
 * The 95 % score interval of a share (Wilson 1927): it stays within 0–1, holds the share itself, and is honest for
 * small samples, which the plain normal interval is not. `total` 0: nothing is known, so [0, 1].
 */
export function wilsonInterval(successes: number, total: number): [number, number] {
  invariant(successes >= 0 && successes <= total, `a share of ${successes} in ${total}: expected 0 ≤ part ≤ whole`);
  if (total === 0) return [0, 1];
  const share = successes / total;
  const z2 = (Z * Z) / total;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
  // The ends equal the share itself at 0 and 1; rounding must not push them past it.
  return [Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half))];
}
