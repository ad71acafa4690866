/** Agents that are lost, leave or fail too often, and come back: when they are asked, and the spans in which they are up. */
import { invariant } from '../../model/invariant.ts';
import { opensBreaker } from '../breaker.ts';
import type { ChunkReport, DispatchCommand, PlannedAgent } from '../protocol.ts';
import type { AgentState, DispatchState } from '../state.ts';

/** The longest pause between two probes of a lost agent, as a multiple of the first. */
const PROBE_BACKOFF_MAX = 8;
/** An agent that lost so many chunks and finished none, or whose breaker opened so often, is not asked again in this wave. */
const LOSSES_MAX = 5;

/** The breaker judges about the last so many attempts. */
const REMEMBERED_ATTEMPTS = 20;

export function agentOf(state: DispatchState, agentId: string): AgentState {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  invariant(agent, `agent ${agentId} is not in the plan`);
  return agent;
}

export function newAgent({ agentId, parallel, idempotent, onTrial, paceTasks }: PlannedAgent, at: number): AgentState {
  return {
    agentId,
    parallel,
    idempotent,
    status: 'up',
    probeAt: null,
    probing: false,
    silences: 0,
    losses: 0,
    breaker: onTrial ? 'half_open' : 'closed',
    trips: 0,
    straight: 0,
    sinceClosed: { attempts: 0, completed: 0 },
    reportedAt: null,
    busySince: at,
    workedMs: 0,
    up: [{ from: at, to: 0 }],
    completed: 0,
    failedAttempts: 0,
    paceTasks,
    observedMs: 0,
    predictedMs: 0,
  };
}

/** One of the agent's chunks was lost. */
export function takeDown(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  agent.losses += 1;
  rest(agent, at, state.settings.probeEveryMs * agent.losses);
}

/** Its process is stopping in good order: nothing is held against it. */
export function letGo(state: DispatchState, agentId: string, at: number): void {
  rest(agentOf(state, agentId), at, state.settings.probeEveryMs);
}

/** Start of the agent's latest span. */
export function upSince(state: DispatchState, agentId: string): number {
  return agentOf(state, agentId).up.at(-1)?.from ?? 0;
}

/** Takes a report into the agent's record, and opens or closes its breaker. */
export function judge(state: DispatchState, report: ChunkReport, at: number): void {
  const agent = agentOf(state, report.agentId);
  const attempts = report.completed + report.failedAttempts;
  agent.completed += report.completed;
  agent.failedAttempts += report.failedAttempts;
  agent.observedMs += report.observedMs;
  agent.predictedMs += report.predictedMs;
  agent.workedMs += report.workedMs;
  if (attempts === 0) return;
  agent.straight = report.straightFailures === attempts ? agent.straight + attempts : report.straightFailures;
  const { sinceClosed } = agent;
  sinceClosed.attempts += attempts;
  sinceClosed.completed += report.completed;
  // What is long past weighs less and less: an agent that breaks after a thousand good tasks has broken too.
  while (sinceClosed.attempts > REMEMBERED_ATTEMPTS) {
    sinceClosed.attempts = Math.floor(sinceClosed.attempts / 2);
    sinceClosed.completed = Math.floor(sinceClosed.completed / 2);
  }
  const { straight } = agent;
  if (agent.breaker === 'half_open') {
    if (report.completed > 0) close(agent);
    else trip(state, agent, at);
  } else if (agent.breaker === 'closed' && opensBreaker(straight, sinceClosed.attempts, sinceClosed.completed)) {
    trip(state, agent, at);
  }
}

function close(agent: AgentState): void {
  agent.breaker = 'closed';
  agent.straight = 0;
  agent.sinceClosed = { attempts: 0, completed: 0 };
}

/** Nothing more for it until it is asked again, each time later. */
function trip(state: DispatchState, agent: AgentState, at: number): void {
  agent.breaker = 'open';
  agent.trips += 1;
  // Whoever was asked before answers for what it was then.
  agent.probing = false;
  rest(agent, at, state.settings.probeEveryMs * Math.min(PROBE_BACKOFF_MAX, 2 ** (agent.trips - 1)));
}

function rest(agent: AgentState, at: number, ms: number): void {
  if (agent.status === 'up') {
    agent.status = 'down';
    agent.silences = 0;
    closeSpan(agent, at);
  }
  agent.probeAt = nextProbe(agent, at, ms);
}

/** It answered: it is up, and a plan is wanted that uses it. */
export function revive(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  if (!agent.probing) return;
  agent.probing = false;
  agent.probeAt = null;
  agent.silences = 0;
  if (agent.status === 'up') return;
  agent.status = 'up';
  if (agent.breaker === 'open') agent.breaker = 'half_open';
  agent.up.push({ from: at, to: 0 });
  state.planWanted ??= 'failover';
}

/** It did not answer: it is asked again, after a longer pause each time. */
export function stayDown(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  agent.probing = false;
  agent.silences += 1;
  const pauses = Math.min(PROBE_BACKOFF_MAX, 2 ** agent.silences);
  agent.probeAt = nextProbe(agent, at, state.settings.probeEveryMs * pauses);
}

function nextProbe(agent: AgentState, at: number, afterMs: number): number | null {
  return agent.losses > LOSSES_MAX || agent.trips > LOSSES_MAX ? null : at + afterMs;
}

/** Asks the agents whose time has come. */
export function probe(state: DispatchState, at: number, commands: DispatchCommand[]): void {
  for (const agent of state.agents) {
    if (agent.status === 'up' || agent.probing || agent.probeAt === null || agent.probeAt > at) continue;
    agent.probing = true;
    commands.push({ type: 'probe', agentId: agent.agentId });
  }
}

/** Ends the span in which the agent is up, if one is open. */
export function closeSpan(agent: AgentState, at: number): void {
  const span = agent.up.at(-1);
  if (span && span.to === 0) span.to = at;
}
