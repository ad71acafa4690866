/**
 * When each agent will be done, judged by the times observed so far; and whether a new plan promises a shorter wave.
 * Integers only, so that replay and simulation see the same numbers on every machine.
 */
import type { AgentState, DispatchState } from '../state.ts';
import { originMs } from '../origin.ts';
import { meanTaskMs } from './chunk-size.ts';

/** Completed tasks before an agent's observed times count. */
const PACE_SAMPLES_MIN = 3;
/** A gain below this is not worth the stop that a new plan costs. */
const REBALANCE_GAIN_MIN_MS = 400;

/** Observed ÷ predicted time of an agent, permille, from 250 to 8000; 1000 while too little was seen. */
export function pacePermille(agent: AgentState): number {
  if (agent.completed < PACE_SAMPLES_MIN || agent.predictedMs <= 0) return 1000;
  const pace = Math.floor((agent.observedMs * 1000) / agent.predictedMs);
  return Math.min(8000, Math.max(250, pace));
}

/** Milliseconds from `at` until the agent's open chunks are done. */
export function openMs(state: DispatchState, agent: AgentState, at: number): number {
  const pace = pacePermille(agent);
  let ms = 0;
  let oldest = at;
  for (const chunk of state.open) {
    if (chunk.agentId !== agent.agentId) continue;
    ms += Math.floor((chunk.expectedMs * pace) / 1000);
    oldest = Math.min(oldest, chunk.dispatchedAt);
  }
  return Math.max(0, ms - (at - oldest));
}

/** Milliseconds from `at` until the agent's open chunks and lane are done. */
function finishMs(state: DispatchState, agent: AgentState, at: number): number {
  const lane = state.lanes.find((candidate) => candidate.agentId === agent.agentId);
  if (!lane) return openMs(state, agent, at);
  const queued = (lane.size - lane.cursor) * meanTaskMs(lane);
  return openMs(state, agent, at) + Math.floor((queued * pacePermille(agent)) / 1000 / Math.max(1, agent.parallel));
}

export interface Projection {
  latestMs: number;
  /** Mean over agents, weighted by their parallelism: what a perfectly even split would take. */
  evenMs: number;
}

/** Finish times over the agents that are up. */
export function project(state: DispatchState, at: number): Projection {
  let latestMs = 0;
  let weighted = 0;
  let weights = 0;
  for (const agent of state.agents) {
    if (agent.status !== 'up') continue;
    const ms = finishMs(state, agent, at);
    latestMs = Math.max(latestMs, ms);
    weighted += ms * agent.parallel;
    weights += agent.parallel;
  }
  return { latestMs, evenMs: weights === 0 ? 0 : Math.floor(weighted / weights) };
}

/**
 * True when an even split of what remains would shorten the wave, as a whole, by more than the threshold, and
 * undispatched tasks are there to be moved.
 */
export function wantsRebalance(state: DispatchState, at: number): boolean {
  if (at < state.nextRebalanceAt) return false;
  if (!state.lanes.some((lane) => lane.cursor < lane.size)) return false;
  const { latestMs, evenMs } = project(state, at);
  const gainMs = latestMs - evenMs;
  const waveMs = originMs(state, at) + latestMs;
  return gainMs > REBALANCE_GAIN_MIN_MS && gainMs * 1000 > state.settings.rebalancePermille * waveMs;
}
