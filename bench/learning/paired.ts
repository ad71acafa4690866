/** Means over paired seeds, with their 95 % intervals. */
import { invariant } from '../../domain/model/invariant.ts';

export interface Estimated {
  mean: number;
  /** Mean ± Student's t × standard error; both ends are the mean where there is one value alone. */
  ci: [number, number];
}

/** 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom; the last holds for more (it errs to the wide side). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Of one or more values. */
export function meanOf(values: readonly number[]): Estimated {
  return around(values, 1 / values.length);
}

/** The mean of two or more values, and where one more of their kind lies in 95 of 100 cases. */
export function nextOf(values: readonly number[]): Estimated {
  return around(values, 1 + 1 / values.length);
}

/** `share`: the variance of what the interval is for, as a share of that of one value. */
function around(values: readonly number[], share: number): Estimated {
  invariant(values.length > 0, 'a mean needs a value');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const freedom = values.length - 1;
  if (freedom === 0) return { mean, ci: [mean, mean] };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom;
  const reach = T_975[Math.min(freedom, T_975.length) - 1]! * Math.sqrt(variance * share);
  return { mean, ci: [mean - reach, mean + reach] };
}

/** One ratio per seed, then their mean. */
export function meanRatio(values: readonly number[], references: readonly number[]): Estimated {
  invariant(values.length === references.length, `${values.length} values but ${references.length} references`);
  return meanOf(values.map((value, index) => value / references[index]!));
}
