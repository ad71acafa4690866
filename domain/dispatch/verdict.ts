/** What follows from one attempt: shared by the executor and the simulator, so that both decide alike. */
import type { AttemptLine } from '../model/outcome.ts';
import type { RiskLevel } from '../model/task.ts';

/** A heuristic's loss of confidence per failed attempt, for some risk levels, up to so many attempts. */
export interface RetryPenalty {
  risk_levels: RiskLevel[];
  /** Negative: added to the confidence per failed attempt. */
  confidence_penalty: number;
  max_retries: number;
}

/**
 * Confidence that the gate holds against its threshold after `failures` failed attempts, where `confidence` has counted
 * the first `counted` of them already. Never higher than before.
 */
export function confidenceAfterFailures(
  confidence: number,
  riskLevel: RiskLevel,
  failures: number,
  penalties: readonly RetryPenalty[],
  counted = 0,
): number {
  let value = confidence;
  for (const { risk_levels, confidence_penalty, max_retries } of penalties) {
    if (!risk_levels.includes(riskLevel)) continue;
    const further = Math.min(failures, max_retries) - Math.min(counted, max_retries);
    value += Math.min(0, confidence_penalty) * Math.max(0, further);
  }
  return Math.max(0, value);
}

export interface AttemptFacts {
  success: boolean;
  /** A second copy of a task: it is tried once, and its failure counts for nothing. */
  copy: boolean;
  /** This attempt's number over all agents, and on this agent, from 1. */
  attempt: number;
  attemptHere: number;
  maxAttempts: number;
  retryThreshold: number;
  /** Confidence that a next attempt here would have, the threshold it must reach, and whether an approver let it pass. */
  nextConfidence: number;
  threshold: number;
  override: boolean;
}

/**
 * The last third of a task's attempts are made one by one, each planned anew: on agents that have not failed it, where
 * there are such. Two agents that break together could else use up all that it has.
 */
export function attemptsElsewhere(maxAttempts: number): number {
  return Math.floor(maxAttempts / 3);
}

/** The verdict on an attempt; see `AttemptLine.verdict`. */
export function verdictOf(facts: AttemptFacts): AttemptLine['verdict'] {
  if (facts.success) return 'completed';
  if (facts.copy) return 'exhausted';
  if (facts.attempt >= facts.maxAttempts) return 'dead';
  if (facts.attemptHere >= facts.retryThreshold) return 'exhausted';
  if (!facts.override && facts.nextConfidence < facts.threshold) return 'regate';
  return facts.attempt >= facts.maxAttempts - attemptsElsewhere(facts.maxAttempts) ? 'exhausted' : 'retry';
}
