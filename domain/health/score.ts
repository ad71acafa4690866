/** One number for a wave's health, 0–100. */
import type { Health, HealthStatus, Metric } from '../model/records.ts';
import type { MetricName } from '../model/targets.ts';

/** Shares of the score; they sum to 1. */
export const HEALTH_WEIGHTS: Record<MetricName, number> = {
  success_rate: 0.3,
  throughput: 0.15,
  agent_utilization: 0.15,
  confidence_trajectory: 0.15,
  schedule_adherence: 0.1,
  learning_impact: 0.1,
  optimization_efficiency: 0.05,
};

/** The lowest score of each status, best first. */
const STATUS_FLOORS: readonly (readonly [number, HealthStatus])[] = [
  [90, 'EXCELLENT'],
  [75, 'GOOD'],
  [60, 'FAIR'],
];
/** Decimals kept: far beyond what the inputs mean, and enough to clear rounding noise off a status floor. */
const DECIMALS = 9;

/**
 * 100 × Σ weight × min(1, value ÷ target) ÷ Σ weight, over the metrics that have data; `only` narrows them further.
 * Without any, the score is null and the status NO_DATA.
 */
export function scoreHealth(metrics: readonly Metric[], only?: readonly MetricName[]): Health {
  let weights = 0;
  let reached = 0;
  for (const { metric_name: name, value, target_value: target } of metrics) {
    if (value === null || only?.includes(name) === false) continue;
    weights += HEALTH_WEIGHTS[name];
    reached += HEALTH_WEIGHTS[name] * Math.max(0, Math.min(1, value / target));
  }
  if (weights === 0) return { overall_health_score: null, health_status: 'NO_DATA' };
  const score = Number(((100 * reached) / weights).toFixed(DECIMALS));
  const status = STATUS_FLOORS.find(([floor]) => score >= floor)?.[1] ?? 'POOR';
  return { overall_health_score: score, health_status: status };
}
