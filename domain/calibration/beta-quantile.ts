/**
 * Quantiles of the beta distribution, by bisection on the regularised incomplete beta function. The function is
 * Lentz's evaluation of its continued fraction (Press et al., Numerical Recipes, section 6.4); the logarithm of the
 * gamma function is Lanczos's approximation with g = 7 and nine terms.
 */
import { invariant } from '../model/invariant.ts';

const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const FRACTION_STEPS_MAX = 200;
const BISECTIONS = 60;
const TINY = 1e-300;

/** The x in [0, 1] with P(X ≤ x) = p for X ~ Beta(a, b); p in (0, 1), a and b > 0. */
export function betaQuantile(p: number, a: number, b: number): number {
  invariant(
    p > 0 && p < 1 && a > 0 && b > 0,
    `beta quantile of p ${p}, a ${a}, b ${b}: expected 0 < p < 1, a > 0, b > 0`,
  );
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b);
  let low = 0;
  let high = 1;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (cumulative(middle, a, b, logFront) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function cumulative(x: number, a: number, b: number, logFront: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logFront + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on the near side of the mean; the far side is its mirror image.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= FRACTION_STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

function logGamma(x: number): number {
  // Reflection keeps the series in the range it was fitted for.
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + LANCZOS_G + 0.5;
  const series = LANCZOS.reduce((sum, term, i) => (i === 0 ? term : sum + term / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}
