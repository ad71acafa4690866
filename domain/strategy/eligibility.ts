import { STRATEGY_NAMES, type StrategyName } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';
import { missesTarget, STRATEGIES, strategyTarget } from './catalogue.ts';

/** The measures that strategies are judged by; null: no data. */
export interface StrategyView {
  success_rate: number | null;
  throughput: number | null;
  load_balance: number | null;
  retry_rate: number | null;
  confidence_trajectory: number | null;
}

/**
 * The strategies whose metric misses its target, in table order. A value that equals its target meets it, and a metric
 * without data makes nothing eligible.
 */
export function eligibleStrategies(view: StrategyView, targets: Targets): StrategyName[] {
  return STRATEGY_NAMES.filter((name) => {
    const { metric } = STRATEGIES[name];
    const value = view[metric];
    if (value === null) return false;
    return missesTarget(name, strategyTarget(metric, targets), value);
  });
}
