import { invariant } from '../model/invariant.ts';

/** With 1 to 30 degrees of freedom; the last holds for more (it errs to the wide side). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** 97.5 % quantile of Student's t: standard errors to either end of a 95 % interval. `freedom`: a whole number from 1. */
export function studentT(freedom: number): number {
  invariant(freedom >= 1, `${freedom} degrees of freedom, expected 1 or more`);
  return T_975[Math.min(freedom, T_975.length) - 1]!;
}
