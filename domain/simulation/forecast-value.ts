/** From the replicas' values to a forecast. */
import type { ForecastValue } from '../model/forecast.ts';

/** Median and intervals of one or more values, one per replica. */
export function summarise(values: readonly number[]): ForecastValue {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share);
  return { median: at(0.5), interval: [at(0.025), at(0.975)], interval_80: [at(0.1), at(0.9)] };
}

/**
 * The quantile at position share × (n + 1) of ascending values, interpolated (definition 6 of Hyndman and Fan, 1996): of
 * n draws, so placed, one more draw is expected to lie below it with probability `share`. A quantile that n is too few
 * for is the least or the greatest: an interval of 95 % needs 39 values, one of 80 % needs 9.
 */
export function quantile(sorted: readonly number[], share: number): number {
  const position = Math.min(sorted.length, Math.max(1, share * (sorted.length + 1)));
  const below = Math.floor(position);
  const low = sorted[below - 1] ?? 0;
  const high = sorted[below] ?? low;
  return low + (position - below) * (high - low);
}
