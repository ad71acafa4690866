/** How phases 20 and 21 reinforce each strategy before this product has tried any. */
import { STRATEGY_NAMES, type StrategyName } from '../model/records.ts';

export interface ReinforcementInputs {
  /** The last value of each. */
  phase20_metrics: Record<string, number>;
  phase20_anomalies: { anomaly_type: string; severity: string }[];
  phase20_signals: { feedback_type: string; confidence: number }[];
  /** Null: no data. */
  phase21: {
    success_rate: number | null;
    failure_rate: number | null;
    /** Tasks per second. */
    throughput: number | null;
    load_balance: number | null;
    load_imbalance: number | null;
    retry_rate: number | null;
    confidence_trajectory: number | null;
  };
}

/** Phases that say nothing. */
export const NO_REINFORCEMENT: ReinforcementInputs = {
  phase20_metrics: {},
  phase20_anomalies: [],
  phase20_signals: [],
  phase21: {
    success_rate: null,
    failure_rate: null,
    throughput: null,
    load_balance: null,
    load_imbalance: null,
    retry_rate: null,
    confidence_trajectory: null,
  },
};

/** The weight of a strategy of which nothing is known: speaks neither for nor against it. */
const NEUTRAL = 0.5;
/** Tasks per second that count as full throughput, whatever a run's own target is. */
const THROUGHPUT_FULL = 35;

/**
 * 1 − failure_rate, min(1, throughput ÷ 35), 1 − load_imbalance, 1 − retry_rate, and phase 20's confidence: the mean
 * confidence of its signals, or its `model_reliability` where it sent none. Each is clamped to 0–1. A missing rate is
 * taken from its complement where that is there; a missing input gives 0.5. Anomalies of phase 20 change no weight.
 */
export function reinforcementWeights(inputs: ReinforcementInputs): Record<StrategyName, number> {
  const raw = rawWeights(inputs);
  return Object.fromEntries(
    STRATEGY_NAMES.map((name) => [name, Math.min(1, Math.max(0, raw[name] ?? NEUTRAL))]),
  ) as Record<StrategyName, number>;
}

/** Sentences for a rationale: which weights had no input, and what phase 20 itself finds wrong with its predictions. */
export function reinforcementNotes(inputs: ReinforcementInputs): string[] {
  const raw = rawWeights(inputs);
  const missing = STRATEGY_NAMES.filter((name) => raw[name] === null);
  const anomalies = inputs.phase20_anomalies.map(({ anomaly_type, severity }) => `${anomaly_type} (${severity})`);
  const notes: string[] = [];
  if (missing.length > 0) notes.push(`Phases 20/21 say nothing of ${missing.join(', ')}: weight ${NEUTRAL} each.`);
  if (anomalies.length > 0) notes.push(`Phase 20 reports ${[...new Set(anomalies)].join(', ')}.`);
  return notes;
}

function rawWeights(inputs: ReinforcementInputs): Record<StrategyName, number | null> {
  const { phase21, phase20_signals: signals } = inputs;
  const meanConfidence =
    signals.length === 0 ? null : signals.reduce((sum, signal) => sum + signal.confidence, 0) / signals.length;
  return {
    maximize_success: complement(phase21.failure_rate) ?? phase21.success_rate,
    maximize_throughput: phase21.throughput === null ? null : phase21.throughput / THROUGHPUT_FULL,
    balance_load: complement(phase21.load_imbalance) ?? phase21.load_balance,
    minimize_retries: complement(phase21.retry_rate),
    maximize_confidence: meanConfidence ?? inputs.phase20_metrics['model_reliability'] ?? null,
  };
}

function complement(rate: number | null): number | null {
  return rate === null ? null : 1 - rate;
}
