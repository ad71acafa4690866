/**
 * One step of a wave's dispatch: what an event changes, and what is to be done next. Pure; integers only. The states
 * and the meaning of every field are told in `../state.ts`.
 */
import { invariant } from '../../model/invariant.ts';
import type { DispatchCommand, DispatchEvent } from '../protocol.ts';
import type { DispatchState } from '../state.ts';
import { copyState, isStopped } from '../state.ts';
import { closeSpan, probe, revive, stayDown } from './agents.ts';
import { accept, dispatch, lose, settleDue } from './chunks.ts';
import { hasOtherWork, nextOverdueAt } from './copies.ts';
import { nextLateLookAt } from './projection.ts';
import { assertInvariants } from './invariants.ts';
import { applyPlan, forgetStraggler, LEFTOVERS_WAIT_MS, startPlan, wantPlan } from './plans.ts';

export interface StepResult {
  state: DispatchState;
  commands: DispatchCommand[];
  /** When to send `wake` if nothing else happens before; null: never. */
  nextWakeAt: number | null;
}

/** So many accepted segments are kept in the state before they are folded into a file. */
const ACCEPTED_MAX = 200;
/** Applies an event. Throws when the event contradicts the state: that is a fault of the program. */
export function step(before: DispatchState, event: DispatchEvent): StepResult {
  const state = copyState(before);
  const commands: DispatchCommand[] = [];
  invariant(state.finished === null, `event ${event.type} after the wave finished`);
  apply(state, event, commands);
  advance(state, event.at, commands);
  assertInvariants(state);
  return { state, commands, nextWakeAt: nextWake(state, event.at) };
}

function apply(state: DispatchState, event: DispatchEvent, commands: DispatchCommand[]): void {
  switch (event.type) {
    case 'planned':
      return applyPlan(state, event);
    case 'chunkFinished':
    case 'chunkSettled':
      return accept(state, event.report, event.at, event.type === 'chunkSettled', commands);
    case 'chunkLost':
      return lose(state, event.seq, event.at);
    case 'probeAnswered':
      return revive(state, event.agentId, event.at);
    case 'probeSilent':
      return stayDown(state, event.agentId, event.at);
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
  settleDue(state, commands);
  fold(state, commands);
  probe(state, at, commands);
  forgetStraggler(state);
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
  return state.planVersion > 0 && !hasOtherWork(state) && state.requests.length === 0;
}

/** Keeps the spans in which nothing could run: paused, or only people were waited for. */
function standStill(state: DispatchState, at: number): void {
  const waiting = state.requests.length > 0 && state.planning === null && !hasOtherWork(state);
  const standing =
    state.finished === null && state.open.length === 0 && state.releasedAt !== null && (state.level.paused || waiting);
  if (standing) state.standingSince ??= at;
  else if (state.standingSince !== null) {
    if (at > state.standingSince) state.pauses.push({ from: state.standingSince, to: at });
    // A wait for a lost agent is not used up by a pause.
    if (state.strandedSince !== null) state.strandedSince += at - Math.max(state.standingSince, state.strandedSince);
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
    for (const lookAt of [nextLateLookAt(state, at), nextOverdueAt(state, at)]) if (lookAt !== null) times.push(lookAt);
  }
  const future = times.filter((time) => time > at);
  return future.length === 0 ? null : Math.min(...future);
}
