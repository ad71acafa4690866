/** What people see of a wave: the dispatch's state in their words. */
import { originMs } from '../dispatch/origin.ts';
import { project } from '../dispatch/rules-1/projection.ts';
import type { AgentState, DispatchState } from '../dispatch/state.ts';
import { phaseOf, standingOf } from '../dispatch/state.ts';
import type { AgentProgress, ApprovalRequest, WavePhase, WaveProgress } from '../model/run.ts';

const NO_COUNTS: DispatchState['counts'] = {
  released: 0,
  completed: 0,
  dead: 0,
  deferred: 0,
  rejected: 0,
  moves: 0,
  copies: 0,
  costMicros: 0,
};

/** What the workflow knows beside the dispatch. */
export type WaveFacts = Pick<WaveProgress, 'wave' | 'dry_run' | 'strategy' | 'tasks' | 'reason' | 'notes'> & {
  /** Null: the dispatch decides. */
  stage: Exclude<WavePhase, 'running'> | null;
  requests: ApprovalRequest[];
};

/** `state` null: nothing was planned yet. `at`: epoch milliseconds. */
export function waveProgress(facts: WaveFacts, state: DispatchState | null, at: number): WaveProgress {
  const { stage, requests: asked, ...told } = facts;
  const counts = state?.counts ?? NO_COUNTS;
  const phase = stage ?? wavePhase(state);
  // Once the dispatch has ended, an answer releases nothing any more.
  const requests = phase === 'measuring' || phase === 'finished' ? [] : asked;
  return {
    ...told,
    phase,
    plan_version: state?.planVersion ?? 0,
    released: counts.released,
    completed: counts.completed,
    failed: counts.dead,
    deferred: counts.deferred,
    rejected: counts.rejected,
    waiting: requests.reduce((sum, request) => sum + request.tasks, 0),
    in_flight: state === null ? 0 : inFlight(state),
    moves: counts.moves,
    cost: counts.costMicros / 1e6,
    expected_end: state === null || phase !== 'running' ? null : expectedEnd(state, at),
    agents: (state?.agents ?? []).map((agent) => agentProgress(state as DispatchState, agent)),
    requests,
  };
}

export function wavePhase(state: DispatchState | null): WavePhase {
  if (state === null) return 'preparing';
  const phase = phaseOf(state);
  if (phase === 'draining') return state.level.cancelled ? 'cancelling' : 'pausing';
  if (phase === 'paused') return 'paused';
  return phase === 'waiting' ? 'waiting for approval' : 'running';
}

/** Tasks in open chunks, of one agent or of all. */
export function inFlight(state: DispatchState, agentId?: string): number {
  const mine = agentId === undefined ? state.open : state.open.filter((chunk) => chunk.agentId === agentId);
  return mine.reduce((sum, { from, to }) => sum + to - from, 0);
}

function agentProgress(state: DispatchState, agent: AgentState): AgentProgress {
  const { agentId, completed, failedAttempts, observedMs, predictedMs } = agent;
  const lane = state.lanes.find((candidate) => candidate.agentId === agentId);
  return {
    agent_id: agentId,
    status: standingOf(agent),
    in_flight: inFlight(state, agentId),
    completed,
    failed: failedAttempts,
    queued: lane ? lane.size - lane.cursor : 0,
    speed: observedMs > 0 && predictedMs > 0 ? predictedMs / observedMs : null,
  };
}

/** When the slowest agent should be done with what it has. */
function expectedEnd(state: DispatchState, at: number): number | null {
  if (state.planning !== null || state.stranded > 0 || originMs(state, at) === 0) return null;
  return at + project(state, at).latestMs;
}
