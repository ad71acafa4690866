/** Chunks: cut from the lanes, lost, and accepted. */
import { invariant } from '../../model/invariant.ts';
import type { ChunkReport, DispatchCommand } from '../protocol.ts';
import type { AgentState, DispatchState, LaneState, OpenChunk } from '../state.ts';
import { isStopped, rangeOf } from '../state.ts';
import { agentOf, judge, letGo, takeDown, upSince } from './agents.ts';
import { chunkSize, meanTaskMs } from './chunk-size.ts';
import { acceptInSet, closeSets, copySetOf } from './copies.ts';
import { isPaceKnown, pacePermille, settleWork } from './projection.ts';

export const CHUNKS_PER_AGENT = 2;

/** Opens chunks until every agent that is up has two, or its lane is empty. One on trial gets a task at a time. */
export function dispatch(state: DispatchState, at: number, commands: DispatchCommand[]): void {
  if (isStopped(state) || state.quiescing || state.planning !== null) return;
  for (const lane of state.lanes) {
    const agent = agentOf(state, lane.agentId);
    const chunksMax = agent.breaker === 'half_open' ? 1 : CHUNKS_PER_AGENT;
    while (agent.status === 'up' && lane.cursor < lane.size && openOn(state, lane.agentId) < chunksMax) {
      const chunk = cutChunk(state, lane, agent, at);
      if (openOn(state, lane.agentId) === 0) Object.assign(agent, { busySince: at, workedMs: 0 });
      state.open.push(chunk);
      state.firstDispatchAt ??= at;
      commands.push({ type: 'dispatch', epoch: chunk.epoch, ...rangeOf(chunk) });
    }
  }
}

function cutChunk(state: DispatchState, lane: LaneState, agent: AgentState, at: number): OpenChunk {
  const { parallel } = agent;
  const sizing = { lane, parallel, pacePermille: pacePermille(state, agent, at), isPaceKnown: isPaceKnown(agent) };
  const size = agent.breaker === 'half_open' ? 1 : chunkSize(sizing, state.settings);
  const taskMs = meanTaskMs(lane);
  const chunk: OpenChunk = {
    seq: state.nextSeq,
    agentId: lane.agentId,
    planVersion: state.planVersion,
    from: lane.cursor,
    to: lane.cursor + size,
    epoch: state.level.epoch,
    dispatchedAt: at,
    expectedMs: Math.floor((size * taskMs) / Math.max(1, agent.parallel)),
    taskMs,
    settle: null,
    copyOf: lane.copyOf,
    copied: false,
  };
  state.nextSeq += 1;
  if (lane.copyOf !== null) state.counts.copies += size;
  lane.cursor = chunk.to;
  return chunk;
}

/** Takes a chunk's outcomes as true, once, and counts what of it is left to do. */
export function accept(
  state: DispatchState,
  report: ChunkReport,
  at: number,
  settled: boolean,
  commands: DispatchCommand[],
): void {
  const chunk = openChunk(state, report.seq);
  const { agentId, planVersion, from, to } = chunk;
  invariant(
    report.agentId === agentId && report.planVersion === planVersion && report.from === from && report.to === to,
    `the report of chunk ${report.seq} is about another range`,
  );
  invariant(
    settled === (chunk.settle === 'asked'),
    `chunk ${report.seq} was ${settled ? 'settled but nobody asked for it' : 'lost before it finished'}`,
  );
  if (!settled) noteReturn(state, chunk, report, at);
  // Its report does not know what its rivals ended: settling does.
  if (!settled && copySetOf(state, chunk)) {
    chunk.settle = 'due';
    return;
  }
  const left = to - from - report.completed - report.dead - report.elsewhere;
  invariant(left >= 0, `chunk ${report.seq} ended more tasks than it had`);
  state.open = state.open.filter((candidate) => candidate.seq !== report.seq);
  if (report.segment !== null && report.segment.lines > 0) state.accepted.push(report.segment);
  state.counts.completed += report.completed;
  state.counts.dead += report.dead;
  state.counts.costMicros += report.costMicros;
  if (report.lastEndAt !== null) state.lastOutcomeAt = Math.max(state.lastOutcomeAt ?? 0, report.lastEndAt);
  judge(state, report, at);
  settleWork(state, agentOf(state, agentId), at);
  const leftovers = acceptInSet(state, chunk, report, left, commands);
  if (leftovers > 0) {
    state.leftovers += leftovers;
    state.leftoversSince ??= at;
  }
  closeSets(state);
}

/** What a chunk that came back says of its agent, whatever of it counts. */
function noteReturn(state: DispatchState, chunk: OpenChunk, report: ChunkReport, at: number): void {
  const { agentId } = chunk;
  const undone = report.completed + report.failedAttempts === 0 && chunk.epoch === state.level.epoch;
  // A late report of the process before says nothing of the one that has taken its place.
  if (report.leaving && chunk.dispatchedAt >= upSince(state, agentId)) letGo(state, agentId, at);
  // An agent that does nothing, though nothing is in its way, is as good as lost.
  else if (undone && openOn(state, agentId) === 1) takeDown(state, agentId, at);
  else agentOf(state, agentId).losses = 0;
  agentOf(state, agentId).reportedAt = at;
}

/** A chunk's executor is gone or silent: its agent is down, and its segment says what was done. */
export function lose(state: DispatchState, seq: number, at: number): void {
  const chunk = openChunk(state, seq);
  invariant(chunk.settle === null, `chunk ${seq} was lost twice`);
  chunk.settle = 'due';
  takeDown(state, chunk.agentId, at);
}

/** Asks for the settling that is due; of a set with copies one at a time, so that each knows what was accepted before. */
export function settleDue(state: DispatchState, commands: DispatchCommand[]): void {
  for (const chunk of state.open) {
    if (chunk.settle !== 'due') continue;
    const set = copySetOf(state, chunk);
    const busy = set && state.open.some((other) => other.settle === 'asked' && copySetOf(state, other) === set);
    if (busy) continue;
    chunk.settle = 'asked';
    commands.push({ type: 'settle', chunk: rangeOf(chunk), rivals: [...(set?.accepted ?? [])] });
  }
}

export function openOn(state: DispatchState, agentId: string): number {
  return state.open.reduce((count, chunk) => count + (chunk.agentId === agentId ? 1 : 0), 0);
}

export function isSettling(state: DispatchState): boolean {
  return state.open.some((chunk) => chunk.settle !== null);
}

function openChunk(state: DispatchState, seq: number): OpenChunk {
  const chunk = state.open.find((candidate) => candidate.seq === seq);
  invariant(chunk, `chunk ${seq} is not open`);
  return chunk;
}
