/** From a measured value to a metric with unit, target and status. */
import type { AcknowledgementCounts, Metric, MetricStatus } from '../model/records.ts';
import { METRIC_UNITS, type MetricName, type Targets } from '../model/targets.ts';

/** What one metric's file measures. `value` null: there was nothing to measure. */
export interface Measurement {
  value: number | null;
  /** Things that the value was measured on. */
  sample_size: number;
  /** 95 % interval of a share of counted things; null for everything else. */
  interval: [number, number] | null;
  acknowledgements?: AcknowledgementCounts;
}

export const NO_DATA: Measurement = { value: null, sample_size: 0, interval: null };

const CRITICAL_SHARE = 0.8;
/** Sums and quotients of decimals are off by parts in 10¹⁶; a value that is its bound must not count as below it. */
const ROUNDING = 1e-12;

/** Strictly below, beyond what rounding explains. `bound` is positive. */
export function isBelow(value: number, bound: number): boolean {
  return value < bound - bound * ROUNDING;
}

/** A measurement as a metric. */
export function toMetric(name: MetricName, measurement: Measurement, targets: Targets): Metric {
  const target = targets[name];
  return {
    metric_name: name,
    value: measurement.value,
    unit: METRIC_UNITS[name],
    target_value: target,
    status: metricStatus(measurement.value, target),
    sample_size: measurement.sample_size,
    interval: measurement.interval,
    ...(measurement.acknowledgements && { acknowledgements: measurement.acknowledgements }),
  };
}

function metricStatus(value: number | null, target: number): MetricStatus {
  if (value === null) return 'no_data';
  if (isBelow(value, CRITICAL_SHARE * target)) return 'critical';
  return isBelow(value, target) ? 'warning' : 'normal';
}
