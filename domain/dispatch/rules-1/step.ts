/**
 * One step of a wave's dispatch: what an event changes, and what is to be done next. Pure; integers only. The states
 * and the meaning of every field are told in `../state.ts`.
 */
import { invariant } from '../../model/invariant.ts';
import type { AgentState, ChunkReport, DispatchCommand, DispatchEvent, DispatchState, OpenChunk } from '../state.ts';
import { copyState, isStopped } from '../state.ts';
import { chunkSize, meanTaskMs } from './chunk-size.ts';
import { pacePermille, project, wantsRebalance } from './projection.ts';

export interface StepResult {
  state: DispatchState;
  commands: DispatchCommand[];
  /** When to send `wake` if nothing else happens before; null: never. */
  nextWakeAt: number | null;
}

const CHUNKS_PER_AGENT = 2;
/** Leftovers are planned again at the latest when they are so many, or so old. */
const LEFTOVERS_MAX = 64;
const LEFTOVERS_WAIT_MS = 5_000;
/** Between two looks at whether a new plan pays. */
const REBALANCE_EVERY_MS = 1_000;
/** So many accepted segments are kept in the state before they are folded into a file. */
const ACCEPTED_MAX = 200;
/** The longest pause between two probes of a lost agent, as a multiple of the first. */
const PROBE_BACKOFF_MAX = 8;
/** An agent that lost so many chunks and finished none is not asked again in this wave. */
const LOSSES_MAX = 5;

/** Applies an event. Throws when the event contradicts the state: that is a fault of the program. */
export function step(before: DispatchState, event: DispatchEvent): StepResult {
  const state = copyState(before);
  const commands: DispatchCommand[] = [];
  invariant(state.finished === null, `event ${event.type} after the wave finished`);
  apply(state, event, commands);
  advance(state, event.at, commands);
  return { state, commands, nextWakeAt: nextWake(state, event.at) };
}

function apply(state: DispatchState, event: DispatchEvent, commands: DispatchCommand[]): void {
  switch (event.type) {
    case 'planned':
      return applyPlan(state, event);
    case 'chunkFinished':
    case 'chunkSettled':
      return accept(state, event.report, event.at, event.type === 'chunkSettled');
    case 'chunkLost':
      return lose(state, event.seq, event.at, commands);
    case 'probeAnswered':
      return revive(state, event.agentId, event.at);
    case 'probeSilent': {
      const agent = agentOf(state, event.agentId);
      agent.probing = false;
      agent.silences += 1;
      agent.probeAt = event.at + state.settings.probeEveryMs * Math.min(PROBE_BACKOFF_MAX, 2 ** agent.silences);
      return;
    }
    case 'level':
      return applyLevel(state, event.level, commands);
    case 'answered':
      state.requests = state.requests.filter((open) => open.request !== event.request);
      state.answered.push(event.request);
      state.planWanted = 'admission';
      return;
    case 'folded':
      invariant(state.folding && event.count <= state.accepted.length, 'folded more segments than were accepted');
      state.accepted.splice(0, event.count);
      state.folded = { lists: state.folded.lists + 1, sha256: event.sha256 };
      state.folding = false;
      return;
    case 'quiesce':
      state.quiescing = true;
      return;
    case 'resumed':
      state.quiescing = false;
      return;
    case 'wake':
      return;
  }
}

function applyPlan(state: DispatchState, event: Extract<DispatchEvent, { type: 'planned' }>): void {
  invariant(state.planning !== null, 'a plan came that nobody asked for');
  invariant(event.version === state.planVersion + 1, `plan ${event.version} follows plan ${state.planVersion}`);
  for (const { agentId, parallel } of event.agents) {
    const known = state.agents.find((agent) => agent.agentId === agentId);
    if (known) known.parallel = parallel;
    else state.agents.push(newAgent(agentId, parallel, event.at));
  }
  state.planVersion = event.version;
  state.planning = null;
  state.lanes = event.lanes.map((lane) => ({ ...lane, cursor: 0 }));
  state.stranded = event.stranded;
  state.strandedSince = event.stranded === 0 ? null : (state.strandedSince ?? event.at);
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

function newAgent(agentId: string, parallel: number, at: number): AgentState {
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

/** Takes a chunk's outcomes as true, once, and counts what of it is left to do. */
function accept(state: DispatchState, report: ChunkReport, at: number, settled: boolean): void {
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
function lose(state: DispatchState, seq: number, at: number, commands: DispatchCommand[]): void {
  const chunk = openChunk(state, seq);
  invariant(!chunk.lost, `chunk ${seq} was lost twice`);
  chunk.lost = true;
  commands.push({ type: 'settle', chunk: rangeOf(chunk) });
  const agent = agentOf(state, chunk.agentId);
  if (agent.status === 'up') {
    agent.status = 'down';
    agent.silences = 0;
    closeSpan(agent, at);
  }
  agent.losses += 1;
  agent.probeAt = agent.losses > LOSSES_MAX ? null : at + state.settings.probeEveryMs * agent.losses;
}

function revive(state: DispatchState, agentId: string, at: number): void {
  const agent = agentOf(state, agentId);
  agent.probing = false;
  agent.probeAt = null;
  agent.silences = 0;
  if (agent.status === 'up') return;
  agent.status = 'up';
  agent.up.push({ from: at, to: 0 });
  state.planWanted ??= 'failover';
}

function applyLevel(state: DispatchState, level: DispatchState['level'], commands: DispatchCommand[]): void {
  if (level.epoch <= state.level.epoch) return;
  const wasStopped = isStopped(state);
  state.level = {
    ...level,
    dryRun: level.dryRun || state.level.dryRun,
    cancelled: level.cancelled || state.level.cancelled,
  };
  if (wasStopped || !isStopped(state)) return;
  const agentIds = [...new Set(state.open.map((chunk) => chunk.agentId))].sort();
  for (const agentId of agentIds) commands.push({ type: 'drain', agentId, epoch: state.level.epoch });
}

/** After any event: finish, plan, dispatch or probe, whatever the state now calls for. */
function advance(state: DispatchState, at: number, commands: DispatchCommand[]): void {
  expire(state, at);
  fold(state, commands);
  probe(state, at, commands);
  finishIfDone(state, commands);
  if (state.finished === null) {
    wantPlan(state, at);
    startPlan(state, commands);
    dispatch(state, at, commands);
  }
  standStill(state, at);
}

function expire(state: DispatchState, at: number): void {
  const due = state.requests.filter((open) => open.expiresAt <= at);
  if (due.length === 0) return;
  state.requests = state.requests.filter((open) => open.expiresAt > at);
  state.expired.push(...due.map((open) => open.request));
  state.planWanted = 'admission';
}

function fold(state: DispatchState, commands: DispatchCommand[]): void {
  if (state.folding || state.planning !== null || state.accepted.length < ACCEPTED_MAX) return;
  state.folding = true;
  const { lists, sha256 } = state.folded;
  commands.push({ type: 'fold', segments: [...state.accepted], list: lists + 1, previous: sha256 });
}

function probe(state: DispatchState, at: number, commands: DispatchCommand[]): void {
  for (const agent of state.agents) {
    if (agent.status === 'up' || agent.probing || agent.probeAt === null || agent.probeAt > at) continue;
    agent.probing = true;
    commands.push({ type: 'probe', agentId: agent.agentId });
  }
}

function finishIfDone(state: DispatchState, commands: DispatchCommand[]): void {
  const idle = state.open.length === 0 && state.planning === null && !state.folding;
  if (!idle) return;
  const { cancelled, dryRun, paused } = state.level;
  if (cancelled) state.finished = 'cancelled';
  else if (dryRun) state.finished = 'dry_run';
  else if (!paused && state.planWanted === null && nothingLeft(state)) state.finished = 'complete';
  if (state.finished !== null) commands.push({ type: 'finish', reason: state.finished });
}

function nothingLeft(state: DispatchState): boolean {
  return (
    state.planVersion > 0 &&
    lanesEmpty(state) &&
    state.leftovers === 0 &&
    state.stranded === 0 &&
    state.requests.length === 0
  );
}

function wantPlan(state: DispatchState, at: number): void {
  if (state.planWanted !== null || state.planning !== null || state.planVersion === 0) return;
  const settling = state.open.some((chunk) => chunk.lost);
  const lostLane = state.lanes.some(
    (lane) => lane.cursor < lane.size && agentOf(state, lane.agentId).status === 'down',
  );
  if (lostLane && !settling) state.planWanted = 'failover';
  else if (state.leftovers > 0 && !settling && leftoversAreDue(state, at)) state.planWanted = 'leftovers';
  else if (state.strandedSince !== null && at >= state.strandedSince + state.settings.strandedMaxMs) {
    state.planWanted = 'give_up';
  } else if (!settling && wantsRebalance(state, at)) state.planWanted = 'load_rebalance';
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

function startPlan(state: DispatchState, commands: DispatchCommand[]): void {
  if (state.planWanted === null || state.planning !== null || isStopped(state) || state.quiescing || state.folding)
    return;
  state.planning = state.planWanted;
  state.planWanted = null;
  // The plan takes in every leftover known now; what comes back while it is made waits for the next one.
  state.leftovers = 0;
  state.leftoversSince = null;
  commands.push({ type: 'plan', reason: state.planning, version: state.planVersion + 1 });
}

function dispatch(state: DispatchState, at: number, commands: DispatchCommand[]): void {
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

/** Keeps the spans in which nothing could run: paused, or only people were waited for. */
function standStill(state: DispatchState, at: number): void {
  const othersWait = state.leftovers > 0 || state.stranded > 0;
  const waiting = state.requests.length > 0 && lanesEmpty(state) && state.planning === null && !othersWait;
  const standing =
    state.finished === null &&
    state.open.length === 0 &&
    state.releasedAt !== null &&
    (state.level.paused || waiting);
  if (standing) state.standingSince ??= at;
  else if (state.standingSince !== null) {
    if (at > state.standingSince) state.pauses.push({ from: state.standingSince, to: at });
    state.standingSince = null;
  }
  if (state.finished !== null) for (const agent of state.agents) if (agent.status === 'up') closeSpan(agent, at);
}

function nextWake(state: DispatchState, at: number): number | null {
  if (state.finished !== null) return null;
  const times = state.requests.map((open) => open.expiresAt);
  for (const agent of state.agents) if (agent.probeAt !== null && !agent.probing) times.push(agent.probeAt);
  if (!isStopped(state) && !state.quiescing) {
    if (state.strandedSince !== null) times.push(state.strandedSince + state.settings.strandedMaxMs);
    if (state.leftoversSince !== null) times.push(state.leftoversSince + LEFTOVERS_WAIT_MS);
    if (state.open.length > 0 && state.lanes.some((lane) => lane.cursor < lane.size)) times.push(state.nextRebalanceAt);
  }
  const future = times.filter((time) => time > at);
  return future.length === 0 ? null : Math.min(...future);
}

function lanesEmpty(state: DispatchState): boolean {
  return state.lanes.every((lane) => lane.cursor === lane.size);
}

function openOn(state: DispatchState, agentId: string): number {
  return state.open.reduce((count, chunk) => count + (chunk.agentId === agentId ? 1 : 0), 0);
}

function openChunk(state: DispatchState, seq: number): OpenChunk {
  const chunk = state.open.find((candidate) => candidate.seq === seq);
  invariant(chunk, `chunk ${seq} is not open`);
  return chunk;
}

function agentOf(state: DispatchState, agentId: string): AgentState {
  const agent = state.agents.find((candidate) => candidate.agentId === agentId);
  invariant(agent, `agent ${agentId} is not in the plan`);
  return agent;
}

function closeSpan(agent: AgentState, at: number): void {
  const span = agent.up.at(-1);
  if (span && span.to === 0) span.to = at;
}

function rangeOf({ seq, agentId, planVersion, from, to }: OpenChunk): {
  seq: number;
  agentId: string;
  planVersion: number;
  from: number;
  to: number;
} {
  return { seq, agentId, planVersion, from, to };
}
