/**
 * How the strategy in force bends what a task costs on an agent, so that another agent may win though it is slower. All
 * five are weightings of one cost,
 *
 *   time × e^(z · sd) × (1 + a · (1 − success) + b · (attempts − 1) + c · (1 − confidence)),
 *
 * of which the search minimises the latest sum on a lane, plus `load_balance_bias` × the lanes' standard deviation. e^(z · sd)
 * is a quantile of what the agent's pace may be: an agent that is little known counts as slower than it probably is.
 */
import type { StrategyName } from '../model/records.ts';

/** A placement, as the strategies look at it. */
export interface Placement {
  /** Mean time with its repeats, milliseconds. */
  expectedMs: number;
  /** Mean attempts, at least 1. */
  attempts: number;
  /** Calibrated probability that one attempt succeeds, 0–1. */
  success: number;
  /** min(declared, calibrated), 0–1. */
  confidence: number;
  /** Standard deviation of the logarithm of the agent's pace, as far as it is not known. */
  levelSdLog: number;
}

interface Weights {
  /** a: how many times its time a placement that surely fails costs more. */
  failure: number;
  /** b: the same for each attempt beyond the first. */
  repeat: number;
  /** c: the same for no confidence at all. */
  doubt: number;
  /** z: standard normal quantile of the pace that is planned with. */
  pace: number;
}

const MEDIAN_PACE = 0;
/** Eight of ten paces that are thought possible are faster. */
const PACE_QUANTILE_80 = 0.8416;

const WEIGHTS: Record<StrategyName, Weights> = {
  maximize_success: { failure: 4, repeat: 0, doubt: 0, pace: MEDIAN_PACE },
  // These two ask for short and even plans, which is what the search minimises anyway.
  maximize_throughput: { failure: 0, repeat: 0, doubt: 0, pace: MEDIAN_PACE },
  balance_load: { failure: 0, repeat: 0, doubt: 0, pace: MEDIAN_PACE },
  minimize_retries: { failure: 0, repeat: 4, doubt: 0, pace: MEDIAN_PACE },
  maximize_confidence: { failure: 0, repeat: 0, doubt: 4, pace: PACE_QUANTILE_80 },
};

/** The cost that the search minimises, milliseconds; never below the expected time. */
export function bentCost(strategy: StrategyName, placement: Placement): number {
  const { failure, repeat, doubt, pace } = WEIGHTS[strategy];
  const { expectedMs, success, attempts, confidence, levelSdLog } = placement;
  const dislike = failure * (1 - success) + repeat * (attempts - 1) + doubt * (1 - confidence);
  return expectedMs * Math.exp(pace * levelSdLog) * (1 + dislike);
}
