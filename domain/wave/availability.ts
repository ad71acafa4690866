import { openMs, pacePermille } from '../dispatch/rules-1/projection.ts';
import type { DispatchState } from '../dispatch/state.ts';
import type { AgentAvailability } from './plan-stage.ts';

/** How each agent of the fleet stands for a new plan; an agent that the dispatch does not know yet counts as up and idle. */
export function availability(
  state: DispatchState,
  fleet: readonly { agent_id: string }[],
  at: number,
): AgentAvailability[] {
  return fleet.map(({ agent_id }) => {
    const agent = state.agents.find((candidate) => candidate.agentId === agent_id);
    if (!agent) return { agent_id, up: true, failing: false, pace: 1, busy_ms: 0 };
    return {
      agent_id,
      up: agent.status === 'up',
      failing: agent.straight > 0 || agent.breaker !== 'closed',
      pace: pacePermille(state, agent, at) / 1000,
      busy_ms: openMs(state, agent, at),
    };
  });
}
