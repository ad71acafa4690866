import type { DispatchState } from '../dispatch/state.ts';
import type { DispatchFacts } from './measure-stage.ts';

/** What the finished dispatch of a wave saw, as measuring needs it. */
export function dispatchFacts(state: DispatchState): DispatchFacts {
  return {
    released: state.counts.released,
    deferred: state.counts.deferred,
    rejected: state.counts.rejected,
    releasedAt: state.releasedAt,
    firstDispatchAt: state.firstDispatchAt,
    lastOutcomeAt: state.lastOutcomeAt,
    pauses: state.pauses,
    copies: state.counts.copies,
    agents: state.agents.map(({ agentId, up, breaker, trips }) => ({ agent_id: agentId, up, breaker, trips })),
  };
}
