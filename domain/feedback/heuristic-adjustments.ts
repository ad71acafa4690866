/** What phase 16 should change in its heuristics after a wave. */
import type { Anomaly, AnomalyType, SideMeasures, StrategyName } from '../model/records.ts';

/** One step of one value in the rules of a category; a type, so that it is JSON by its shape. */
export type HeuristicAdjustment = {
  category: 'task_prioritization' | 'confidence_elevation' | 'risk_assessment' | 'policy_tuning';
  /** Path of the value inside `rule`. */
  field: string;
  /** Signed; the phase keeps the value within its own bounds. */
  step: number;
  reason: string;
};

type Change = Omit<HeuristicAdjustment, 'reason'>;

const RETRY_RATE_MAX = 0.1;

const SMALLER_BOOST: Change = { category: 'confidence_elevation', field: 'amount', step: -0.02 };
const STRICTER_ORDER: Change = {
  category: 'task_prioritization',
  field: 'priority_order[].confidence_min',
  step: 0.05,
};
/** What stops a task from being tried again: each failure takes more off its confidence. */
const HARDER_PENALTY: Change = { category: 'risk_assessment', field: 'confidence_penalty', step: -0.02 };
const STRICTER_HIGH_RISK: Change = {
  category: 'policy_tuning',
  field: 'parameters.high_risk_threshold',
  step: 0.02,
};

const BY_ANOMALY: Record<AnomalyType, Change[]> = {
  high_failure: [HARDER_PENALTY, STRICTER_HIGH_RISK],
  schedule_drift: [STRICTER_ORDER],
  confidence_drop: [SMALLER_BOOST],
  excessive_retries: [],
  // No rule of phase 16 has a part in what the product's own adjustments achieve.
  optimization_failure: [],
};
const BY_STRATEGY: Record<StrategyName, Change[]> = {
  maximize_success: [HARDER_PENALTY],
  maximize_throughput: [STRICTER_ORDER],
  balance_load: [],
  minimize_retries: [HARDER_PENALTY],
  maximize_confidence: [SMALLER_BOOST],
};

/**
 * Anomalies first, in their order, then the strategy where it made adjustments; each value once. No step loosens a
 * gate: thresholds rise, boosts shrink, failures cost more.
 */
export function heuristicAdjustments(
  anomalies: readonly Anomaly[],
  side: SideMeasures,
  strategy: StrategyName | null,
): HeuristicAdjustment[] {
  const wishes: HeuristicAdjustment[] = [];
  for (const { anomaly_type, conclusiveness } of anomalies) {
    const changes = [...BY_ANOMALY[anomaly_type]];
    if (anomaly_type === 'excessive_retries' && (side.retry_rate ?? 0) > RETRY_RATE_MAX) changes.push(HARDER_PENALTY);
    for (const change of changes) wishes.push({ ...change, reason: `${anomaly_type} (${conclusiveness})` });
  }
  if (strategy !== null) {
    for (const change of BY_STRATEGY[strategy]) wishes.push({ ...change, reason: `strategy ${strategy}` });
  }
  return wishes.filter((wish, index) => wishes.findIndex(({ field }) => field === wish.field) === index);
}
