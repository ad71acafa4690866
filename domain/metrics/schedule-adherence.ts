import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';
import { lengthWithout, mergeSpans } from './spans.ts';
import { wilsonInterval } from './wilson.ts';

const TOLERANCE_MS_MIN = 1000;
const TOLERANCE_SHARE = 0.2;

/**
 * The share of gate-approved tasks that their first-planned agent completed no later than their planned (median) end
 * plus max(1 s, 20 % of the planned makespan). Time counts from the gate's release, pauses taken out. A released task
 * that failed, moved, never ran or was in no plan counts against it. No data when nothing was released.
 */
export function scheduleAdherence(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): Measurement {
  const { released, released_at: origin } = evidence;
  if (released === 0 || origin === null) return NO_DATA;
  const planned = new Map(evidence.first_plan.map((row) => [row.task_id, row]));
  const toleranceMs = Math.max(TOLERANCE_MS_MIN, TOLERANCE_SHARE * evidence.first_plan_makespan_ms);
  const pauses = mergeSpans(evidence.pauses);
  const adherent = attempts.filter((attempt) => {
    const row = planned.get(attempt.task_id);
    if (!attempt.final || attempt.status !== 'completed' || row?.agent_id !== attempt.agent_id) return false;
    return lengthWithout([{ from: origin, to: attempt.finished_at }], pauses) <= row.end_ms + toleranceMs;
  }).length;
  return { value: adherent / released, sample_size: released, interval: wilsonInterval(adherent, released) };
}
