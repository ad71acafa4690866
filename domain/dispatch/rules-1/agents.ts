/** Agents that are lost and come back: when they are asked, and the spans in which they are up. */
import { invariant } from '../../model/invariant.ts';
import type { AgentState, DispatchCommand, DispatchState } from '../state.ts';

/** The longest pause between two probes of a lost agent, as a multiple of the first. */
const PROBE_BACKOFF_MAX = 8;
/** An agent that lost so many chunks and finished none is not asked again in this wave. */
const LOSSES_MAX = 5;

export function agentOf(state: DispatchState, agentId: string): AgentState {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  invariant(agent, `agent ${agentId} is not in the plan`);
  return agent;
}

export function newAgent(agentId: string, parallel: number, at: number): AgentState {
  return {
    agentId,
    parallel,
    status: 'up',
    probeAt: null,
    probing: false,
    silences: 0,
    losses: 0,
    up: [{ from: at, to: 0 }],
    completed: 0,
    observedMs: 0,
    predictedMs: 0,
  };
}

/** One of the agent's chunks was lost. */
export function takeDown(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  if (agent.status === 'up') {
    agent.status = 'down';
    agent.silences = 0;
    closeSpan(agent, at);
  }
  agent.losses += 1;
  agent.probeAt = nextProbe(agent, at, state.settings.probeEveryMs * agent.losses);
}

/** It answered: it is up, and a plan is wanted that uses it. */
export function revive(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  agent.probing = false;
  agent.probeAt = null;
  agent.silences = 0;
  if (agent.status === 'up') return;
  agent.status = 'up';
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
  return agent.losses > LOSSES_MAX ? null : at + afterMs;
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
