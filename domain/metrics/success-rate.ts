import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';
import { wilsonInterval } from './wilson.ts';

/**
 * Completed tasks ÷ tasks that the gate let run. A released task that failed, was cancelled or never ran counts against
 * it; deferred and rejected tasks do not count at all. No data when nothing was released.
 */
export function successRate(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): Measurement {
  const total = evidence.released;
  if (total === 0) return NO_DATA;
  const completed = attempts.filter((attempt) => attempt.final && attempt.status === 'completed').length;
  return { value: completed / total, sample_size: total, interval: wilsonInterval(completed, total) };
}
