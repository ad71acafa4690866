import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { NO_DATA, type Measurement } from './metric-value.ts';
import { availableMs, busyMs, waveWindow } from './window.ts';

/**
 * Busy ÷ offered slot-time: the time in accepted attempts, over max_parallel_tasks × the time each agent was up and not
 * paused between first dispatch and last outcome. Tasks that finish while a pause begins are busy in time that is not
 * offered, so the share is held at 1. No data when nothing was offered.
 */
export function agentUtilization(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): Measurement {
  const window = waveWindow(evidence);
  if (window === null) return NO_DATA;
  const offeredMs = evidence.agents.reduce(
    (sum, agent) => sum + agent.max_parallel_tasks * availableMs(agent, window, evidence.pauses),
    0,
  );
  if (offeredMs === 0) return NO_DATA;
  return { value: Math.min(1, busyMs(attempts) / offeredMs), sample_size: attempts.length, interval: null };
}
