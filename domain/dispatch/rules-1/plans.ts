/** Plans: when a new one is wanted, asked for, and taken over. */
import { invariant } from '../../model/invariant.ts';
import type { DispatchCommand, DispatchEvent } from '../protocol.ts';
import type { DispatchState } from '../state.ts';
import { isStopped, rangeOf } from '../state.ts';
import { agentOf, newAgent } from './agents.ts';
import { CHUNKS_PER_AGENT, isSettling, openOn } from './chunks.ts';
import { copiesLeft, hasOtherWork, mayBeCopied, openSet, overdueChunk } from './copies.ts';
import { project, wantsRebalance } from './projection.ts';

/** Leftovers are planned again at the latest when they are so many, or so old. */
const LEFTOVERS_MAX = 64;
export const LEFTOVERS_WAIT_MS = 5_000;
/** Between two looks at whether a new plan pays. */
const REBALANCE_EVERY_MS = 1_000;

/** Takes a plan over: its lanes, what the gate said, and what is still waited for. */
export function applyPlan(state: DispatchState, event: Extract<DispatchEvent, { type: 'planned' }>): void {
  invariant(state.planning !== null, 'a plan came that nobody asked for');
  invariant(event.version === state.planVersion + 1, `plan ${event.version} follows plan ${state.planVersion}`);
  for (const planned of event.agents) {
    const known = state.agents.find((agent) => agent.agentId === planned.agentId);
    if (known) known.parallel = planned.parallel;
    else state.agents.push(newAgent(planned, event.at));
  }
  const copies = state.planning === 'straggler';
  state.planVersion = event.version;
  state.tasks = event.tasks;
  state.planning = null;
  state.lanes = event.lanes.map((lane) => ({ ...lane, cursor: 0, copyOf: copies ? state.straggler : null }));
  if (copies) applyCopies(state, event);
  else {
    state.stranded = event.stranded;
    state.strandedSince = event.stranded === 0 ? null : (state.strandedSince ?? event.at);
  }
  const closed = new Set([...state.answered, ...state.expired]);
  state.requests = event.requests.filter((open) => !closed.has(open.request));
  state.counts = {
    ...state.counts,
    released: event.released,
    deferred: event.deferred,
    rejected: event.rejected,
    dead: state.counts.dead + event.dead,
    moves: state.counts.moves + event.moves,
  };
  if (event.released > 0) state.releasedAt ??= event.at;
  const { latestMs } = project(state, event.at);
  state.nextRebalanceAt = event.at + Math.max(REBALANCE_EVERY_MS, Math.floor(latestMs / 16));
}

/** The lanes hold copies only. Where the copied chunk came back in the meantime, nothing of them is begun. */
function applyCopies(state: DispatchState, event: Extract<DispatchEvent, { type: 'planned' }>): void {
  if (state.straggler === null || !mayBeCopied(state, state.straggler)) {
    for (const lane of state.lanes) lane.cursor = lane.size;
    return;
  }
  const copies = state.lanes.reduce((sum, lane) => sum + lane.size, 0);
  openSet(state, state.straggler, copies, event.uncovered);
}

/** Notes why a new plan is needed, if it is. */
export function wantPlan(state: DispatchState, at: number): void {
  if (state.planWanted !== null || state.planning !== null || state.planVersion === 0) return;
  const settling = isSettling(state);
  const lostLane = state.lanes.some(
    (lane) => lane.cursor < lane.size && agentOf(state, lane.agentId).status === 'down',
  );
  if (lostLane && !settling) state.planWanted = 'failover';
  else if (state.leftovers > 0 && !settling && leftoversAreDue(state, at)) state.planWanted = 'leftovers';
  else if (state.strandedSince !== null && at >= state.strandedSince + state.settings.strandedMaxMs) {
    state.planWanted = 'give_up';
  } else if (!settling && wantsRebalance(state, at)) state.planWanted = 'load_rebalance';
  else if (!settling) {
    state.straggler = overdueChunk(state, at);
    if (state.straggler !== null) state.planWanted = 'straggler';
  }
}

/** Leftovers wait until an agent has little else to do, so that one new plan serves many of them. */
function leftoversAreDue(state: DispatchState, at: number): boolean {
  if (state.leftovers >= LEFTOVERS_MAX || at >= (state.leftoversSince ?? at) + LEFTOVERS_WAIT_MS) return true;
  return state.agents.some((agent) => {
    if (agent.status !== 'up') return false;
    const lane = state.lanes.find((candidate) => candidate.agentId === agent.agentId);
    return (!lane || lane.cursor === lane.size) && openOn(state, agent.agentId) < CHUNKS_PER_AGENT;
  });
}

/**
 * A wish for copies does not outlive what it was made of: the chunk is open, and nothing else is left to plan or start. A
 * plan of copies takes in no other task.
 */
export function forgetStraggler(state: DispatchState): void {
  if (state.planWanted !== 'straggler') return;
  if (!mayBeCopied(state, state.straggler) || hasOtherWork(state)) state.planWanted = null;
}

/** Asks for the plan that is wanted, unless something forbids it now. */
export function startPlan(state: DispatchState, commands: DispatchCommand[]): void {
  if (state.planWanted === null || state.planning !== null || isStopped(state) || state.quiescing || state.folding)
    return;
  const straggler =
    state.planWanted === 'straggler' ? state.open.find(({ seq }) => seq === state.straggler) : undefined;
  if (straggler) {
    invariant(!hasOtherWork(state), 'copies are planned while other tasks wait for a plan');
    straggler.copied = true;
  } else state.straggler = null;
  state.planning = state.planWanted;
  state.planWanted = null;
  // The plan takes in every leftover known now; what comes back while it is made waits for the next one.
  state.leftovers = 0;
  state.leftoversSince = null;
  commands.push({
    type: 'plan',
    reason: state.planning,
    version: state.planVersion + 1,
    straggler: straggler ? { ...rangeOf(straggler), copiesMax: copiesLeft(state) } : null,
  });
}
