/** Phase 18 of the demo: how the agents did together, in the months before. */
import type { Json } from '../model/task.ts';
import { demoBaseMs, offsetTimestamp } from './demo-time.ts';
import { toDecimals } from './decimals.ts';
import type { DemoAgent } from './fleet.ts';

const TASKS_PER_AGENT = 10;

/** `phase18/multi_agent_summary.json`. */
export function coordinationSummary(fleet: readonly DemoAgent[], waves: number, seed: number): Json {
  const agents = fleet.map((agent, index) => ({
    id: agent.agent_id,
    success_rate: agent.role === 'flaky' ? 0.92 : toDecimals(0.97 + 0.005 * (index % 4), 4),
    retry_rate: agent.role === 'flaky' ? 0.2 : 0.03,
    avg_confidence_delta: toDecimals(0.02 + 5 * agent.declared_shift, 4),
  }));
  const mean = (values: number[]) => toDecimals(values.reduce((sum, value) => sum + value, 0) / values.length, 4);
  return {
    total_agents: fleet.length,
    total_tasks: fleet.length * TASKS_PER_AGENT,
    total_waves: waves,
    success_rate: mean(agents.map((agent) => agent.success_rate)),
    avg_execution_time_ms: 330,
    avg_confidence_delta: mean(agents.map((agent) => agent.avg_confidence_delta)),
    retry_rate: mean(agents.map((agent) => agent.retry_rate)),
    agent_performance: Object.fromEntries(
      agents.map(({ id, success_rate, retry_rate, avg_confidence_delta }) => [
        id,
        { success_rate, tasks: TASKS_PER_AGENT, retry_rate, avg_confidence_delta },
      ]),
    ),
    timestamp: offsetTimestamp(demoBaseMs(seed) + 600_000),
  };
}
