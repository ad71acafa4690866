/** The five strategies, in the order in which they are considered: what each asks for, and what it means to move. */
import { isBelow } from '../metrics/metric-value.ts';
import type { Adjustments } from '../model/agent.ts';
import type { StrategyName } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';

export type StrategyMetric = 'success_rate' | 'throughput' | 'load_balance' | 'retry_rate' | 'confidence_trajectory';

export interface Strategy {
  /** Signed steps. */
  adjustments: Adjustments;
  metric: StrategyMetric;
  better: 'higher' | 'lower';
}

export const STRATEGIES: Record<StrategyName, Strategy> = {
  maximize_success: {
    adjustments: { retry_threshold: 1, confidence_weight: 0.05 },
    metric: 'success_rate',
    better: 'higher',
  },
  maximize_throughput: {
    adjustments: { speed_multiplier: 0.05, max_parallel_tasks: 1 },
    metric: 'throughput',
    better: 'higher',
  },
  balance_load: {
    adjustments: { load_balance_bias: 0.1, rebalance_threshold: -0.05 },
    metric: 'load_balance',
    better: 'higher',
  },
  minimize_retries: {
    adjustments: { retry_threshold: -1, safety_gate_strictness: 0.05 },
    metric: 'retry_rate',
    better: 'lower',
  },
  maximize_confidence: {
    adjustments: { confidence_weight: 0.08, prediction_bias: 0.02 },
    metric: 'confidence_trajectory',
    better: 'higher',
  },
};

/** The limits of the two measures that have no target of their own. */
const LOAD_BALANCE_MIN = 0.85;
const RETRY_RATE_MAX = 0.1;

/** A value that equals its target meets it. */
export function missesTarget(strategy: StrategyName, target: number, value: number): boolean {
  return STRATEGIES[strategy].better === 'higher' ? isBelow(value, target) : isBelow(target, value);
}

/** The value that a strategy's metric should reach, or for retry_rate not exceed. */
export function strategyTarget(metric: StrategyMetric, targets: Targets): number {
  if (metric === 'load_balance') return LOAD_BALANCE_MIN;
  if (metric === 'retry_rate') return RETRY_RATE_MAX;
  return targets[metric];
}
