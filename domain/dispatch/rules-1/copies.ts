/**
 * Second copies of a straggler's last tasks. When nothing else is left to start and an agent idles, the oldest chunk of an
 * agent that is long overdue has its open tasks run once more elsewhere. Both agents must be declared idempotent.
 * Speculative execution as in LATE (Zaharia and others, 2008): late, few, and only on agents with nothing better to do.
 */
import type { ChunkReport, DispatchCommand } from '../protocol.ts';
import type { AgentState, CopySet, DispatchState, OpenChunk } from '../state.ts';
import { oldestOpen, overdueAt } from './projection.ts';

/** Copies in one wave: at most a tenth of the tasks, but some in a small wave; and so many at once. */
const COPIES_SHARE = 10;
const COPIES_MIN = 16;
const COPIES_AT_ONCE = 16;

/** The chunk to copy now; null: none. */
export function overdueChunk(state: DispatchState, at: number): number | null {
  const due = candidates(state).filter((candidate) => candidate.dueAt <= at);
  due.sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq);
  return due[0]?.seq ?? null;
}

/** When the next chunk becomes overdue; null: none will. */
export function nextOverdueAt(state: DispatchState, at: number): number | null {
  const times = candidates(state).flatMap(({ dueAt }) => (dueAt > at ? [dueAt] : []));
  return times.length === 0 ? null : Math.min(...times);
}

/** True while the chunk may have copies: the answer to a plan that was asked for earlier may come too late. */
export function mayBeCopied(state: DispatchState, seq: number | null): boolean {
  return state.open.some((chunk) => chunk.seq === seq && chunk.settle === null);
}

/** How many tasks may still be copied at once. */
export function copiesLeft(state: DispatchState): number {
  const { released, copies } = state.counts;
  const budget = Math.max(COPIES_MIN, Math.floor(released / COPIES_SHARE));
  return Math.min(COPIES_AT_ONCE, Math.max(0, budget - copies));
}

/** True while anything but the open chunks is left to plan or to start. */
export function hasOtherWork(state: DispatchState): boolean {
  return state.leftovers > 0 || state.stranded > 0 || state.lanes.some((lane) => lane.cursor < lane.size);
}

function candidates(state: DispatchState): { seq: number; dueAt: number }[] {
  if (copiesLeft(state) === 0 || hasOtherWork(state)) return [];
  return state.agents.flatMap((agent) => {
    if (agent.status !== 'up' || !agent.idempotent) return [];
    const oldest = oldestOpen(state, agent);
    if (!oldest || oldest.settle !== null || oldest.copied || oldest.copyOf !== null) return [];
    if (!state.agents.some((other) => other !== agent && isIdle(state, other))) return [];
    return [{ seq: oldest.seq, dueAt: overdueAt(agent, oldest) }];
  });
}

function isIdle(state: DispatchState, agent: AgentState): boolean {
  const free = agent.status === 'up' && agent.breaker === 'closed' && agent.idempotent;
  return free && state.open.every((chunk) => chunk.agentId !== agent.agentId);
}

/** The set that the chunk belongs to, as the copied one or as a copy. */
export function copySetOf(state: DispatchState, chunk: OpenChunk): CopySet | undefined {
  return state.copies.find((set) => set.of === (chunk.copyOf ?? chunk.seq));
}

/** The plan of copies is in force: its lanes hold `copies` tasks, and `uncovered` open ones of the chunk got none. */
export function openSet(state: DispatchState, seq: number, copies: number, uncovered: number): void {
  if (copies === 0) return;
  const known = state.copies.find((set) => set.of === seq);
  if (known) Object.assign(known, { running: copies, uncovered });
  else state.copies.push({ of: seq, running: copies, uncovered, accepted: [] });
}

/**
 * Notes what was accepted of a chunk with rivals, and abandons those that can add nothing. Answers how many of the
 * chunk's tasks are left to be planned: what a copy left undone is still the copied chunk's, while that is open.
 */
export function acceptInSet(
  state: DispatchState,
  chunk: OpenChunk,
  report: ChunkReport,
  left: number,
  commands: DispatchCommand[],
): number {
  const set = copySetOf(state, chunk);
  if (!set) return left;
  if (report.segment !== null && report.segment.lines > 0) set.accepted.push(report.segment);
  const original = state.open.find((open) => open.seq === set.of);
  if (chunk.seq === set.of) {
    // What is left of it is planned like anything else: copies that were not begun are not needed any more.
    for (const lane of state.lanes) if (lane.copyOf === set.of) lane.cursor = lane.size;
    const copies = state.open.filter((open) => open.copyOf === set.of);
    if (left === 0) for (const copy of copies) abandon(copy, commands);
    return left;
  }
  set.running -= report.completed + report.elsewhere;
  if (!original) return left;
  if (set.running > 0) return 0;
  if (set.uncovered === 0) abandon(original, commands);
  // Those that got no copy may get one now.
  else original.copied = false;
  return 0;
}

function abandon(chunk: OpenChunk, commands: DispatchCommand[]): void {
  if (chunk.settle !== null) return;
  chunk.settle = 'due';
  commands.push({ type: 'abandon', seq: chunk.seq });
}

/** A set ends with its last open chunk. */
export function closeSets(state: DispatchState): void {
  state.copies = state.copies.filter((set) => state.open.some((chunk) => copySetOf(state, chunk) === set));
}
