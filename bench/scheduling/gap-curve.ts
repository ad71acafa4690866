/** Gaps over time, from the better schedules that the solver met on its way. */
import type { InstanceResult } from './measure.ts';
import { gapOf } from './recompute.ts';

export interface GapPoint {
  seconds: number;
  /** A share of the certificate with which the run ended. */
  gap: number;
}

/** The gap that the instance had by then; NaN before its first schedule. */
export function gapAt({ name, steps, boundMs }: InstanceResult, seconds: number): number {
  const step = steps.findLast((one) => one.seconds <= seconds);
  return step === undefined ? NaN : gapOf(name, step.makespanMs, boundMs);
}

/** The mean over the instances at each time; times at which one of them has no schedule yet are left out. */
export function meanCurve(results: readonly InstanceResult[], times: readonly number[]): GapPoint[] {
  return times.flatMap((seconds) => {
    const gap = results.reduce((sum, result) => sum + gapAt(result, seconds), 0) / results.length;
    return Number.isNaN(gap) ? [] : [{ seconds, gap }];
  });
}

/** So many times from the first to the last, evenly on a logarithmic scale, both included; seconds. */
export function logarithmicTimes(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * (last / first) ** (index / (count - 1)));
}
