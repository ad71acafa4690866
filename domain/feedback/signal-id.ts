/** How signals are called: the same after a retry, and known of any wave that was committed. */
import type { FeedbackPhase, SignalType } from '../model/records.ts';

/** What each phase is sent, once per wave. */
export const SIGNAL_OF_PHASE: Readonly<Record<FeedbackPhase, SignalType>> = {
  16: 'heuristic_feedback',
  18: 'coordination_refinement',
  20: 'prediction_tuning',
};

export function signalId(executionId: string, wave: number, phase: FeedbackPhase): string {
  return `${executionId}/w${wave}/${SIGNAL_OF_PHASE[phase]}`;
}
