/**
 * When each agent will be done, judged by the times observed so far; and whether a new plan promises a shorter wave.
 * Integers only, so that replay and simulation see the same numbers on every machine.
 */
import type { AgentState, DispatchState, OpenChunk } from '../state.ts';
import { originMs } from '../origin.ts';
import { meanTaskMs } from './chunk-size.ts';

/** An agent is known once so many tasks, of this wave or worth as much before it, tell its pace. */
const PACE_TASKS_MIN = 4;
const PACE_PERMILLE_MAX = 8_000;
/** A chunk is overdue after so many times its expected time, and this on top. */
const OVERDUE_FACTOR = 2;
const OVERDUE_EXTRA_MS = 1_000;
/** A gain below this is not worth the stop that a new plan costs. */
const REBALANCE_GAIN_MIN_MS = 400;

/**
 * Observed ÷ predicted time of an agent, permille, from 250 to 8000, drawn to 1000 by what was known before the wave. One whose oldest open
 * chunk is overdue is as slow as that says, whatever it did before: half of the chunk is taken to lie ahead.
 */
export function pacePermille(state: DispatchState, agent: AgentState, at: number): number {
  const seen = seenPermille(agent);
  const oldest = oldestOpen(state, agent);
  if (!oldest || at < overdueAt(agent, oldest)) return seen;
  const late = Math.floor((2_000 * (at - since(agent, oldest))) / usualMs(oldest));
  return Math.min(PACE_PERMILLE_MAX, Math.max(seen, late));
}

function seenPermille(agent: AgentState): number {
  if (agent.completed === 0 || agent.predictedMs <= 0) return 1000;
  const knownMs = Math.floor((agent.predictedMs * agent.paceTasks) / agent.completed);
  const pace = Math.floor(((agent.observedMs + knownMs) * 1000) / (agent.predictedMs + knownMs));
  return Math.min(PACE_PERMILLE_MAX, Math.max(250, pace));
}

/** False: what it will take for its tasks is little more than a guess. */
export function isPaceKnown({ completed, paceTasks }: AgentState): boolean {
  return completed + paceTasks >= PACE_TASKS_MIN;
}

export function oldestOpen(state: DispatchState, agent: AgentState): OpenChunk | undefined {
  return state.open.find((chunk) => chunk.agentId === agent.agentId);
}

/** When the agent's oldest open chunk has taken so long that the agent must be slower than it was seen to be. */
export function overdueAt(agent: AgentState, oldest: OpenChunk): number {
  const expectedMs = Math.floor((usualMs(oldest) * seenPermille(agent)) / 1000);
  return since(agent, oldest) + OVERDUE_FACTOR * expectedMs + OVERDUE_EXTRA_MS;
}

/**
 * When to look again at agents that have rows to go and are late: as each becomes overdue, and then after twice the time.
 * Null: nobody could be late.
 */
export function nextLateLookAt(state: DispatchState, at: number): number | null {
  const times = state.agents.flatMap((agent) => {
    const oldest = oldestOpen(state, agent);
    const queued = state.lanes.some((lane) => lane.agentId === agent.agentId && lane.cursor < lane.size);
    if (!oldest || !queued || agent.status !== 'up') return [];
    const dueAt = overdueAt(agent, oldest);
    return [dueAt > at ? dueAt : at + (at - since(agent, oldest))];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** It is at work on its oldest chunk since it was given it, or since it returned the one before. */
function since(agent: AgentState, oldest: OpenChunk): number {
  return Math.max(oldest.dispatchedAt, agent.reportedAt ?? 0);
}

/** Predicted time of a chunk; even one of few tasks takes as long as one of them. */
function usualMs(chunk: OpenChunk): number {
  return Math.max(1, chunk.expectedMs, chunk.taskMs);
}

/**
 * Milliseconds from `at` until the agent's open chunks are done, its slots sharing what is left of them evenly. What its slots
 * may have done since it was last idle, and is in no report yet, was done for these chunks, the oldest first, and for each no
 * more than since it was dispatched.
 */
export function openMs(state: DispatchState, agent: AgentState, at: number): number {
  const oldest = oldestOpen(state, agent);
  if (!oldest) return 0;
  if (at >= overdueAt(agent, oldest)) return at - since(agent, oldest);
  const parallel = Math.max(1, agent.parallel);
  let done = unreportedMs(agent, at);
  let left = 0;
  for (const chunk of state.open) {
    if (chunk.agentId !== agent.agentId) continue;
    const work = Math.floor(((chunk.to - chunk.from) * chunk.taskMs * seenPermille(agent)) / 1000);
    const spent = Math.min(done, work, parallel * (at - chunk.dispatchedAt));
    left += work - spent;
    done -= spent;
  }
  return Math.floor(left / parallel);
}

/** What the agent's slots have had time for since it was last idle, beyond what was reported: milliseconds of one slot. */
function unreportedMs(agent: AgentState, at: number): number {
  return Math.max(0, agent.parallel * (at - agent.busySince) - agent.workedMs);
}

/** Once a chunk is reported, what is in no report can only have been done for chunks that are still open. */
export function settleWork(state: DispatchState, agent: AgentState, at: number): void {
  const oldest = oldestOpen(state, agent);
  const most = oldest ? agent.parallel * (at - oldest.dispatchedAt) : 0;
  agent.workedMs += Math.max(0, unreportedMs(agent, at) - most);
}

/** Milliseconds from `at` until the agent's open chunks and lane are done. */
function finishMs(state: DispatchState, agent: AgentState, at: number): number {
  const lane = state.lanes.find((candidate) => candidate.agentId === agent.agentId);
  if (!lane) return openMs(state, agent, at);
  const queued = (lane.size - lane.cursor) * meanTaskMs(lane);
  const pace = pacePermille(state, agent, at);
  return openMs(state, agent, at) + Math.floor((queued * pace) / 1000 / Math.max(1, agent.parallel));
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
