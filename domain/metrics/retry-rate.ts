import type { AcceptedAttempt } from '../model/evidence.ts';

/** Attempts beyond a task's first ÷ attempts; null without attempts. */
export function retryRate(attempts: readonly AcceptedAttempt[]): number | null {
  if (attempts.length === 0) return null;
  return attempts.filter((attempt) => attempt.attempt > 1).length / attempts.length;
}
