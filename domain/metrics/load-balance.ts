import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import { totalLength, intersectSpans } from './spans.ts';
import { attemptsByAgent, busyMs, waveWindow } from './window.ts';

/**
 * Mean ÷ max busy time per slot, over agents that were up between first dispatch and last outcome; 1 is even. Per slot
 * (max_parallel_tasks in force), so that an agent with more slots may carry more. Null when no agent was up or none
 * was busy.
 */
export function loadBalance(evidence: WaveEvidence, attempts: readonly AcceptedAttempt[]): number | null {
  const window = waveWindow(evidence);
  if (window === null) return null;
  const byAgent = attemptsByAgent(attempts);
  const loads = evidence.agents
    .filter((agent) => totalLength(intersectSpans(agent.up, [window])) > 0)
    .map((agent) => busyMs(byAgent.get(agent.agent_id) ?? []) / agent.max_parallel_tasks);
  const most = loads.reduce((max, load) => Math.max(max, load), 0);
  if (most === 0) return null;
  return Math.min(1, loads.reduce((sum, load) => sum + load, 0) / loads.length / most);
}
