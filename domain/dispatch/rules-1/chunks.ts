/** Chunks: cut from the lanes, lost, and accepted. */
import { invariant } from '../../model/invariant.ts';
import type { ChunkRange, ChunkReport, DispatchCommand, DispatchState, OpenChunk } from '../state.ts';
import { isStopped } from '../state.ts';
import { agentOf, takeDown } from './agents.ts';
import { chunkSize, meanTaskMs } from './chunk-size.ts';
import { pacePermille } from './projection.ts';

export const CHUNKS_PER_AGENT = 2;

/** Opens chunks until every agent that is up has two, or its lane is empty. */
export function dispatch(state: DispatchState, at: number, commands: DispatchCommand[]): void {
  if (isStopped(state) || state.quiescing || state.planning !== null) return;
  for (const lane of state.lanes) {
    const agent = agentOf(state, lane.agentId);
    while (agent.status === 'up' && lane.cursor < lane.size && openOn(state, lane.agentId) < CHUNKS_PER_AGENT) {
      const size = chunkSize({ lane, parallel: agent.parallel, pacePermille: pacePermille(agent) }, state.settings);
      const chunk: OpenChunk = {
        seq: state.nextSeq,
        agentId: lane.agentId,
        planVersion: state.planVersion,
        from: lane.cursor,
        to: lane.cursor + size,
        epoch: state.level.epoch,
        dispatchedAt: at,
        expectedMs: Math.floor((size * meanTaskMs(lane)) / Math.max(1, agent.parallel)),
        lost: false,
      };
      state.nextSeq += 1;
      lane.cursor = chunk.to;
      state.open.push(chunk);
      state.firstDispatchAt ??= at;
      commands.push({ type: 'dispatch', epoch: chunk.epoch, ...rangeOf(chunk) });
    }
  }
}

/** Takes a chunk's outcomes as true, once, and counts what of it is left to do. */
export function accept(state: DispatchState, report: ChunkReport, at: number, settled: boolean): void {
  const chunk = openChunk(state, report.seq);
  const { agentId, planVersion, from, to } = chunk;
  invariant(
    report.agentId === agentId && report.planVersion === planVersion && report.from === from && report.to === to,
    `the report of chunk ${report.seq} is about another range`,
  );
  invariant(
    settled === chunk.lost,
    `chunk ${report.seq} was ${settled ? 'settled but never lost' : 'lost before it finished'}`,
  );
  const left = to - from - report.completed - report.dead;
  invariant(left >= 0, `chunk ${report.seq} ended more tasks than it had`);
  state.open = state.open.filter((candidate) => candidate.seq !== report.seq);
  if (report.segment !== null && report.segment.lines > 0) state.accepted.push(report.segment);
  if (left > 0) {
    state.leftovers += left;
    state.leftoversSince ??= at;
  }
  state.counts.completed += report.completed;
  state.counts.dead += report.dead;
  if (report.lastEndAt !== null) state.lastOutcomeAt = Math.max(state.lastOutcomeAt ?? 0, report.lastEndAt);
  const agent = agentOf(state, agentId);
  if (!settled) agent.losses = 0;
  agent.completed += report.completed;
  agent.observedMs += report.observedMs;
  agent.predictedMs += report.predictedMs;
}

/** A chunk's executor is gone or silent: its agent is down, and its segment says what was done. */
export function lose(state: DispatchState, seq: number, at: number, commands: DispatchCommand[]): void {
  const chunk = openChunk(state, seq);
  invariant(!chunk.lost, `chunk ${seq} was lost twice`);
  chunk.lost = true;
  commands.push({ type: 'settle', chunk: rangeOf(chunk) });
  takeDown(state, chunk.agentId, at);
}

export function openOn(state: DispatchState, agentId: string): number {
  return state.open.reduce((count, chunk) => count + (chunk.agentId === agentId ? 1 : 0), 0);
}

export function lanesEmpty(state: DispatchState): boolean {
  return state.lanes.every((lane) => lane.cursor === lane.size);
}

function openChunk(state: DispatchState, seq: number): OpenChunk {
  const chunk = state.open.find((candidate) => candidate.seq === seq);
  invariant(chunk, `chunk ${seq} is not open`);
  return chunk;
}

function rangeOf({ seq, agentId, planVersion, from, to }: OpenChunk): ChunkRange {
  return { seq, agentId, planVersion, from, to };
}
