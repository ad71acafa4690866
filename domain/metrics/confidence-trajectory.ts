import type { AcceptedAttempt } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';

/**
 * 1 + mean(confidence after − confidence before) over executed tasks, both the calibrated success probability as it
 * stands on the task's final attempt; 0–2. No data when nothing was executed.
 */
export function confidenceTrajectory(attempts: readonly AcceptedAttempt[]): Measurement {
  const executed = attempts.filter((attempt) => attempt.final);
  if (executed.length === 0) return NO_DATA;
  const change = executed.reduce((sum, attempt) => sum + attempt.confidence_after - attempt.confidence_before, 0);
  return { value: 1 + change / executed.length, sample_size: executed.length, interval: null };
}
