import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';
import { lengthWithout } from './spans.ts';
import { waveWindow } from './window.ts';

/**
 * Completed tasks per second of makespan, first dispatch to last outcome, pauses and waits for people taken out. The
 * sample is the executed tasks. No data without outcomes, or when no time is left to divide by.
 */
export function throughput(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): Measurement {
  const window = waveWindow(evidence);
  if (window === null) return NO_DATA;
  const makespanMs = lengthWithout([window], evidence.pauses);
  if (makespanMs === 0) return NO_DATA;
  const executed = attempts.filter((attempt) => attempt.final);
  const completed = executed.filter((attempt) => attempt.status === 'completed').length;
  return { value: completed / (makespanMs / 1000), sample_size: executed.length, interval: null };
}
