/** The stretch of time in which a wave ran, and what its agents did and offered in it. */
import type { AcceptedAttempt, AgentPresence, Span, WaveEvidence } from '../model/evidence.ts';
import { groupBy } from '../model/group-by.ts';
import { intersectSpans, lengthWithout } from './spans.ts';

/** First dispatch to last outcome; null when nothing was dispatched or nothing came back. */
export function waveWindow(evidence: Pick<WaveEvidence, 'first_dispatch_at' | 'last_outcome_at'>): Span | null {
  const { first_dispatch_at: from, last_outcome_at: to } = evidence;
  return from === null || to === null ? null : { from, to };
}

/** First dispatch to last outcome, milliseconds, pauses and waits for people taken out; null as with the window. */
export function makespanMs(wave: Parameters<typeof waveWindow>[0] & Pick<WaveEvidence, 'pauses'>): number | null {
  const window = waveWindow(wave);
  return window === null ? null : lengthWithout([window], wave.pauses);
}

/** Milliseconds of the window in which the agent was up and the wave was not paused. */
export function availableMs(agent: AgentPresence, window: Span, pauses: readonly Span[]): number {
  return lengthWithout(intersectSpans(agent.up, [window]), pauses);
}

/** Milliseconds that the attempts took, summed over slots. */
export function busyMs(attempts: readonly AcceptedAttempt[]): number {
  return attempts.reduce((sum, attempt) => sum + Math.max(0, attempt.finished_at - attempt.started_at), 0);
}

/** The attempts of each agent, in input order. */
export function attemptsByAgent(attempts: readonly AcceptedAttempt[]): Map<string, AcceptedAttempt[]> {
  return groupBy(attempts, ({ agent_id }) => agent_id);
}
