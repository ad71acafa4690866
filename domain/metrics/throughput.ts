import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';
import { makespanMs } from './window.ts';

/**
 * Completed tasks per second of makespan, first dispatch to last outcome, pauses and waits for people taken out. The
 * sample is the executed tasks. No data without outcomes, or when no time is left to divide by.
 */
export function throughput(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): Measurement {
  const executed = attempts.filter((attempt) => attempt.final);
  const completed = executed.filter((attempt) => attempt.status === 'completed').length;
  const value = tasksPerSecond(completed, makespanMs(evidence));
  return value === null ? NO_DATA : { value, sample_size: executed.length, interval: null };
}

/** Null where there is no time to divide by. */
export function tasksPerSecond(completed: number, makespan: number | null): number | null {
  return makespan === null || makespan === 0 ? null : completed / (makespan / 1000);
}
