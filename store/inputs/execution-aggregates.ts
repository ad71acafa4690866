import type { ExecutionHealth, ExecutionMetric, ExecutionSignal } from '../../contracts/input-records.ts';

/** Phase 21 in the numbers that strategies are reinforced by; null is no data. */
export interface ExecutionAggregates {
  success_rate: number | null;
  failure_rate: number | null;
  throughput: number | null;
  load_balance: number | null;
  load_imbalance: number | null;
  /** Retries per task. */
  retry_rate: number | null;
  /** 1 + mean change of confidence. */
  confidence_trajectory: number | null;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const rest = (value: number | null) => (value === null ? null : 1 - value);

/**
 * Means over waves, the last row of each wave counting. What `metrics.jsonl` does not tell is taken from the health
 * files, then from the agents' signals; a rate whose counterpart alone is known is its difference from 1.
 */
export function executionAggregates(
  metrics: readonly ExecutionMetric[],
  health: readonly ExecutionHealth[],
  signals: readonly ExecutionSignal[],
): ExecutionAggregates {
  const last = new Map<string, Map<number, number>>();
  for (const row of metrics) {
    const ofMetric = last.get(row.metric_name) ?? new Map<number, number>();
    last.set(row.metric_name, ofMetric.set(row.wave ?? 0, row.value));
  }
  const told = (metric: string) => mean([...(last.get(metric)?.values() ?? [])]);
  const performance = signals.flatMap((row) => (row.signal_type === 'agent_performance' ? [row.content] : []));
  const delta = mean(performance.map((content) => content.confidence_delta));

  const successRate =
    told('success_rate') ??
    rest(told('failure_rate')) ??
    mean(health.map((row) => row.success_rate)) ??
    mean(performance.map((content) => (content.success ? 1 : 0)));
  const loadBalance =
    told('load_balance') ?? rest(told('load_imbalance')) ?? mean(health.map((row) => row.load_balance));
  return {
    success_rate: successRate,
    failure_rate: told('failure_rate') ?? rest(successRate),
    throughput: told('throughput'),
    load_balance: loadBalance,
    load_imbalance: told('load_imbalance') ?? rest(loadBalance),
    retry_rate: told('retry_rate') ?? mean(performance.map((content) => content.retry_count)),
    confidence_trajectory: told('confidence_trajectory') ?? (delta === null ? null : 1 + delta),
  };
}
