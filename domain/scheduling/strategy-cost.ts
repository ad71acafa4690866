/** How the strategy in force bends what a task costs on an agent, so that another agent may win though it is slower. */
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
}

/** What a strategy would have less of, from 0 (nothing to dislike), and how many times the task's time one unit weighs. */
const DISLIKES: Record<StrategyName, { weight: number; of: (placement: Placement) => number }> = {
  maximize_success: { weight: 4, of: ({ success }) => 1 - success },
  minimize_retries: { weight: 2, of: ({ attempts }) => attempts - 1 },
  maximize_confidence: { weight: 4, of: ({ confidence }) => 1 - confidence },
  // These two ask for short and even plans, which is what the search minimises anyway.
  maximize_throughput: { weight: 0, of: () => 0 },
  balance_load: { weight: 0, of: () => 0 },
};

/** The cost that the search minimises, milliseconds: time × (1 + weight × dislike). Never below the expected time. */
export function bentCost(strategy: StrategyName, placement: Placement): number {
  const { weight, of } = DISLIKES[strategy];
  return placement.expectedMs * (1 + weight * of(placement));
}
