/**
 * What holds of a wave's dispatch after every step. A state that breaks one of these is a fault of the program, and the
 * wave stops rather than losing or repeating work.
 */
import { invariant } from '../../model/invariant.ts';
import type { DispatchState } from '../state.ts';
import { isStopped } from '../state.ts';
import { CHUNKS_PER_AGENT } from './chunks.ts';

/** Throws, with what was found, when the state contradicts itself. */
export function assertInvariants(state: DispatchState): void {
  chunksHold(state);
  lanesHold(state);
  countsHold(state);
  agentsHold(state);
  copiesHold(state);
  if (state.finished === null) return;
  invariant(state.open.length === 0, `finished with ${state.open.length} chunks open`);
  invariant(state.planning === null && !state.folding, 'finished while something was being made');
  if (state.finished !== 'complete') return;
  invariant(state.leftovers === 0 && state.stranded === 0, 'complete with tasks left over');
  invariant(
    state.lanes.every((lane) => lane.cursor === lane.size),
    'complete with tasks not dispatched',
  );
  invariant(state.requests.length === 0, 'complete while people are asked');
  const { completed, dead, deferred, rejected } = state.counts;
  const ended = completed + dead + deferred + rejected;
  invariant(ended === state.tasks, `complete with ${ended} of ${state.tasks} tasks ended`);
}

/** Chunks are numbered upwards, lie in their lane, and an agent has two at most. */
function chunksHold(state: DispatchState): void {
  const perAgent = new Map<string, number>();
  let last = 0;
  for (const { seq, agentId, planVersion, from, to } of state.open) {
    invariant(seq > last && seq < state.nextSeq, `chunk ${seq} is out of order`);
    invariant(from >= 0 && from < to, `chunk ${seq} holds rows ${from} to ${to}`);
    invariant(planVersion <= state.planVersion, `chunk ${seq} is of a plan to come`);
    last = seq;
    perAgent.set(agentId, (perAgent.get(agentId) ?? 0) + 1);
  }
  for (const [agentId, open] of perAgent) {
    invariant(open <= CHUNKS_PER_AGENT, `${agentId} has ${open} open chunks`);
  }
}

function lanesHold(state: DispatchState): void {
  const agents = new Set<string>();
  for (const { agentId, cursor, size } of state.lanes) {
    invariant(!agents.has(agentId), `${agentId} has two lanes`);
    invariant(cursor >= 0 && cursor <= size, `the cursor of ${agentId} is at ${cursor} of ${size}`);
    agents.add(agentId);
  }
}

function countsHold(state: DispatchState): void {
  for (const [name, value] of Object.entries(state.counts)) {
    invariant(Number.isSafeInteger(value) && value >= 0, `${name} is ${value}`);
  }
  invariant(state.leftovers >= 0 && state.stranded >= 0, 'a number of waiting tasks is negative');
  invariant(state.planVersion > 0 || state.open.length === 0, 'chunks are open before the first plan');
  invariant(state.planning === null || state.planning !== 'straggler' || state.straggler !== null, 'copies of nothing');
  const drained = isStopped(state) && state.open.length === 0;
  invariant(!drained || state.copies.length === 0, 'copies outlive their chunks');
}

/** An open breaker keeps its agent down, and only the last span of an agent that is up is open. */
function agentsHold(state: DispatchState): void {
  for (const { agentId, status, breaker, up, sinceClosed } of state.agents) {
    invariant(breaker !== 'open' || status === 'down', `${agentId} is up with an open breaker`);
    invariant(sinceClosed.completed <= sinceClosed.attempts, `${agentId} succeeded more often than it tried`);
    const openSpans = up.filter((span) => span.to === 0).length;
    const expected = status === 'up' && state.finished === null ? 1 : 0;
    invariant(openSpans === expected, `${agentId} is ${status} with ${openSpans} open spans`);
  }
}

/** A set of copies has an open chunk, and promises no less than nothing. */
function copiesHold(state: DispatchState): void {
  const sets = new Set(state.copies.map((set) => set.of));
  invariant(sets.size === state.copies.length, 'a chunk was copied twice');
  for (const { of, running, uncovered } of state.copies) {
    invariant(running >= 0 && uncovered >= 0, `the copies of chunk ${of} ended more tasks than they had`);
  }
}
