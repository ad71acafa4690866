/** Means over paired seeds, with their 95 % intervals. */
import { studentT } from '../../domain/metrics/student-t.ts';
import { invariant } from '../../domain/model/invariant.ts';

/** 95 %; null: one value alone has none. */
export type Interval = [number, number] | null;

export interface Estimated {
  mean: number;
  /** Mean ± Student's t × standard error. */
  ci: Interval;
}

/** Of one or more values. */
export function meanOf(values: readonly number[]): Estimated {
  return around(values, 1 / values.length);
}

/** The mean of two or more values, and where one more of their kind lies in 95 of 100 cases. */
export function nextOf(values: readonly number[]): Estimated & { ci: [number, number] } {
  const { mean, ci } = around(values, 1 + 1 / values.length);
  invariant(ci, 'an interval needs two values');
  return { mean, ci };
}

/** `share`: the variance of what the interval is for, as a share of that of one value. */
function around(values: readonly number[], share: number): Estimated {
  invariant(values.length > 0, 'a mean needs a value');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const freedom = values.length - 1;
  if (freedom === 0) return { mean, ci: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom;
  const reach = studentT(freedom) * Math.sqrt(variance * share);
  return { mean, ci: [mean - reach, mean + reach] };
}

/** One ratio per seed, then their mean; no ratio of two times is below 0, however few seeds there are. */
export function meanRatio(values: readonly number[], references: readonly number[]): Estimated {
  invariant(values.length === references.length, `${values.length} values but ${references.length} references`);
  const { mean, ci } = meanOf(values.map((value, index) => value / references[index]!));
  return { mean, ci: ci && [Math.max(0, ci[0]), ci[1]] };
}
