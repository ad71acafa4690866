import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import type { Agent } from '../../../domain/model/agent.ts';

export function agent(agent_id: string, slots = 4): Agent {
  return { agent_id, kind: 'simulated', slots, capabilities: [], idempotent: false };
}

/** `successes` of `attempts` succeeded; at the targets otherwise, for a fleet of two. */
export function result(successes: number, attempts: number, change: Partial<AgentResult> = {}): AgentResult {
  return {
    attempts,
    completed_tasks: successes,
    failed_tasks: attempts - successes,
    success_rate: attempts === 0 ? null : successes / attempts,
    interval: attempts === 0 ? null : wilsonInterval(successes, attempts),
    retry_rate: attempts === 0 ? null : 0,
    utilization: 0.75,
    throughput: 17.5,
    mean_attempt_ms: attempts === 0 ? null : 100,
    slowdown: attempts === 0 ? null : 1,
    ...change,
  };
}
