/** Why a wave or one of its agents waits, in a sentence, from the dispatch's state alone. */
import type { AgentState, DispatchState } from '../dispatch/state.ts';
import { standingOf } from '../dispatch/state.ts';
import type { WaveProgress } from '../model/run.ts';
import { inFlight } from './wave-progress.ts';

const time = (at: number) => new Date(at).toISOString();

/** What the wave as a whole waits for. */
export function explainWave(progress: WaveProgress, state: DispatchState | null): string {
  const { phase, in_flight, requests, reason } = progress;
  const says: string[] = [];
  if (phase === 'paused') says.push(`Paused${reason ? `: ${reason}` : ''}; the signal "resume" goes on.`);
  if (phase === 'pausing') says.push(`Pausing: ${in_flight} task(s) in flight are let finish.`);
  if (phase === 'cancelling') says.push(`Ending: ${in_flight} task(s) in flight are let finish.`);
  for (const { request, tasks, risk_level, expires_at } of requests) {
    says.push(
      `${tasks} ${risk_level} task(s) wait for a person (${request}), until ${time(expires_at)}; then deferred.`,
    );
  }
  if (state !== null && state.stranded > 0) {
    const since = state.strandedSince ?? 0;
    const until = time(since + state.settings.strandedMaxMs);
    says.push(`${state.stranded} task(s) wait for agents that are down, until ${until}; then they fail for good.`);
  }
  if (state !== null && state.leftovers > 0)
    says.push(`${state.leftovers} task(s) that came back wait for a new plan.`);
  if (state !== null && state.planning !== null) says.push(`A plan is being made (${state.planning}).`);
  if (says.length === 0) says.push(`${phase}: ${in_flight} task(s) in flight, nothing waits but for its turn.`);
  return says.join(' ');
}

/** Null: the dispatch knows no such agent. */
export function explainAgent(state: DispatchState, agentId: string): string | null {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  if (!agent) return null;
  const lane = state.lanes.find((candidate) => candidate.agentId === agentId);
  const queued = lane ? lane.size - lane.cursor : 0;
  const work = `${inFlight(state, agentId)} task(s) in flight, ${queued} queued, ${agent.completed} completed`;
  return `${agentId} is ${standingOf(agent)}: ${work}. ${why(state, agent, queued)}`;
}

function why(state: DispatchState, agent: AgentState, queued: number): string {
  const { breaker, probing, probeAt, losses, trips, straight } = agent;
  if (agent.status === 'down') {
    const cause =
      breaker === 'open'
        ? `Its circuit breaker is open after ${straight} failed attempt(s) in a row (${trips} time(s) in this wave)`
        : `It lost ${losses} chunk(s), or its process left; its other tasks are planned elsewhere`;
    if (probing) return `${cause}; it is being asked whether it is there.`;
    return probeAt === null
      ? `${cause}; it is not asked again in this wave.`
      : `${cause}; asked again at ${time(probeAt)}.`;
  }
  if (state.level.cancelled || state.level.dryRun) return 'The wave is ending: it starts nothing more.';
  if (state.level.paused) return 'The wave is paused: it starts nothing more.';
  if (state.planning !== null) return 'It waits for the plan that is being made.';
  if (breaker === 'half_open') return 'It is on trial: one task at a time until one succeeds.';
  if (inFlight(state, agent.agentId) > 0) return `At most ${agent.parallel} of them run side by side.`;
  return queued > 0 ? 'It is about to be given more.' : 'The plan has nothing more for it.';
}
