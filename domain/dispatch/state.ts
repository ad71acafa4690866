/**
 * The dispatch of one wave, as a state machine. Everything that decides what runs where, when, and what happens after a
 * loss is in `step(state, event)`; the Temporal workflow and the simulator are two adapters around it.
 *
 * The states of a wave, all derived from the fields below (see `phaseOf`):
 *
 *   planning  no plan yet, or a new one was asked for: lanes stand still, open chunks run on
 *   running   chunks are dispatched from the lanes, at most two open per agent
 *   waiting   nothing is left to run but approval requests are open
 *   stranded  nothing is left to run but tasks whose only agents are lost; they wait, for a bounded time
 *   draining  pause, cancel or the dry-run switch came: nothing starts, open chunks return what they have
 *   paused    drained because of a pause; goes on with `level`
 *   finished  for good
 *
 * The states of a chunk: open → finished (accepted), or open → lost → settled (accepted as far as its segment is whole).
 * The states of an agent: up → down (a chunk was lost, or nobody polls) → up (it answered a probe).
 *
 * Nothing here grows with the number of tasks: a plan is known by the size of each agent's lane, an outcome by the
 * segment that was accepted, and a list of accepted segments that grows long is folded into a file.
 */
import type { Span } from '../model/evidence.ts';

/** What people asked of the wave. Each change raises `epoch`. */
export interface ControlLevel {
  epoch: number;
  paused: boolean;
  dryRun: boolean;
  cancelled: boolean;
}

/** A segment as the wave accepted it: exactly the first `bytes` of `file`. */
export interface AcceptedSegment {
  file: string;
  lines: number;
  bytes: number;
  sha256: string;
}

/** What a plan version put on one agent. */
export interface LaneSummary {
  agentId: string;
  /** Rows in the lane. */
  size: number;
  /** Sum of the rows' predicted times of one attempt, milliseconds. */
  totalMs: number;
}

export interface LaneState extends LaneSummary {
  /** First row not yet dispatched. */
  cursor: number;
}

/** A contiguous range `[from, to)` of one agent's lane. */
export interface ChunkRange {
  seq: number;
  agentId: string;
  planVersion: number;
  from: number;
  to: number;
}

export interface OpenChunk extends ChunkRange {
  epoch: number;
  dispatchedAt: number;
  expectedMs: number;
  /** True once it was reported lost; it is then being settled. */
  lost: boolean;
}

/** What became of a chunk, from its executor or from settling it. Echoes the range. */
export interface ChunkReport extends ChunkRange {
  segment: AcceptedSegment | null;
  completed: number;
  /** Used up all attempts that the run allows. */
  dead: number;
  /** Attempts beyond those that ended a task. */
  failedAttempts: number;
  /** Sums over completed attempts, milliseconds. */
  observedMs: number;
  predictedMs: number;
  /** Epoch milliseconds of its last end; null when nothing ran. */
  lastEndAt: number | null;
}

export interface AgentState {
  agentId: string;
  parallel: number;
  status: 'up' | 'down';
  /** When to ask a lost agent again. */
  probeAt: number | null;
  probing: boolean;
  /** Probes without an answer since it was lost. */
  silences: number;
  /** Chunks lost since it last finished one. After too many it is asked no more in this wave. */
  losses: number;
  /** Spans in which it was up; the last one is open (`to` 0) while it is up. */
  up: Span[];
  completed: number;
  observedMs: number;
  predictedMs: number;
}

/** Why a new plan is asked for. */
export type PlanReason = 'first' | 'load_rebalance' | 'failover' | 'leftovers' | 'admission' | 'give_up';

export interface OpenRequest {
  request: string;
  expiresAt: number;
}

/** How a wave's dispatch is set; constant during the wave. Durations in milliseconds, shares in permille. */
export interface DispatchSettings {
  rules: 1;
  rebalancePermille: number;
  /** Longest wait of a task for a lost agent. */
  strandedMaxMs: number;
  chunkTargetMs: number;
  chunkTasksMax: number;
  probeEveryMs: number;
}

export interface DispatchState {
  settings: DispatchSettings;
  level: ControlLevel;
  planVersion: number;
  /** Set while a plan is being made. */
  planning: PlanReason | null;
  /** Set when a plan is needed and none is being made. */
  planWanted: PlanReason | null;
  lanes: LaneState[];
  agents: AgentState[];
  open: OpenChunk[];
  nextSeq: number;
  accepted: AcceptedSegment[];
  /** Lists of accepted segments already in files, and the digest of the last of them. */
  folded: { lists: number; sha256: string | null };
  folding: boolean;
  /** Tasks that came back from chunks without an end, and when the first of them did. */
  leftovers: number;
  leftoversSince: number | null;
  /** Tasks that only lost agents could take, and since when. */
  stranded: number;
  strandedSince: number | null;
  requests: OpenRequest[];
  /** Requests that people answered, and requests whose time ran out. */
  answered: string[];
  expired: string[];
  counts: { released: number; completed: number; dead: number; deferred: number; rejected: number; moves: number };
  releasedAt: number | null;
  firstDispatchAt: number | null;
  lastOutcomeAt: number | null;
  nextRebalanceAt: number;
  /** Closed spans in which the wave was paused, or only people were waited for; and the open one. */
  pauses: Span[];
  standingSince: number | null;
  /** True while the adapter wants no open chunk, to continue as new. */
  quiescing: boolean;
  finished: FinishReason | null;
}

export type FinishReason = 'complete' | 'cancelled' | 'dry_run';

/** What the dispatch is told of a new plan. Bounded by the number of agents and risk levels. */
export interface PlannedReport {
  version: number;
  lanes: LaneSummary[];
  /** Totals of the wave so far. */
  released: number;
  deferred: number;
  rejected: number;
  /** New with this plan: tasks that no agent can take any more, and tasks that changed agent. */
  dead: number;
  moves: number;
  /** Pending tasks that only agents now down could take. */
  stranded: number;
  requests: OpenRequest[];
}

export type DispatchEvent = { at: number } &
  /** With the agents' parallelism in force. */
  (
    | ({ type: 'planned'; agents: { agentId: string; parallel: number }[] } & PlannedReport)
    | { type: 'chunkFinished'; report: ChunkReport }
    | { type: 'chunkLost'; seq: number }
    | { type: 'chunkSettled'; report: ChunkReport }
    | { type: 'probeAnswered'; agentId: string }
    | { type: 'probeSilent'; agentId: string }
    | { type: 'level'; level: ControlLevel }
    | { type: 'answered'; request: string }
    | { type: 'folded'; count: number; sha256: string }
    | { type: 'quiesce' }
    | { type: 'resumed' }
    | { type: 'wake' }
  );

export type DispatchCommand =
  | ({ type: 'dispatch'; epoch: number } & ChunkRange)
  | { type: 'drain'; agentId: string; epoch: number }
  | { type: 'settle'; chunk: ChunkRange }
  | { type: 'plan'; reason: PlanReason; version: number }
  | { type: 'probe'; agentId: string }
  | { type: 'fold'; segments: AcceptedSegment[]; list: number; previous: string | null }
  | { type: 'finish'; reason: FinishReason };

/** A wave that has not begun. */
export function newDispatch(settings: DispatchSettings, level: ControlLevel): DispatchState {
  return {
    settings,
    level,
    planVersion: 0,
    planning: null,
    planWanted: 'first',
    lanes: [],
    agents: [],
    open: [],
    nextSeq: 1,
    accepted: [],
    folded: { lists: 0, sha256: null },
    folding: false,
    leftovers: 0,
    leftoversSince: null,
    stranded: 0,
    strandedSince: null,
    requests: [],
    answered: [],
    expired: [],
    counts: { released: 0, completed: 0, dead: 0, deferred: 0, rejected: 0, moves: 0 },
    releasedAt: null,
    firstDispatchAt: null,
    lastOutcomeAt: null,
    nextRebalanceAt: 0,
    pauses: [],
    standingSince: null,
    quiescing: false,
    finished: null,
  };
}

/** A copy that may be changed without touching the original. */
export function copyState(state: DispatchState): DispatchState {
  return {
    ...state,
    lanes: state.lanes.map((lane) => ({ ...lane })),
    agents: state.agents.map((agent) => ({ ...agent, up: agent.up.map((span) => ({ ...span })) })),
    open: state.open.map((chunk) => ({ ...chunk })),
    accepted: [...state.accepted],
    folded: { ...state.folded },
    requests: [...state.requests],
    answered: [...state.answered],
    expired: [...state.expired],
    counts: { ...state.counts },
    pauses: [...state.pauses],
  };
}

export type DispatchPhase = 'planning' | 'running' | 'waiting' | 'stranded' | 'draining' | 'paused' | 'finished';

/** True when people asked that nothing more starts. */
export function isStopped(state: DispatchState): boolean {
  return state.level.paused || state.level.cancelled || state.level.dryRun;
}

/** The state in one word; see the top of this file. */
export function phaseOf(state: DispatchState): DispatchPhase {
  if (state.finished !== null) return 'finished';
  if (isStopped(state)) return state.open.length > 0 ? 'draining' : 'paused';
  if (state.planning !== null || state.planVersion === 0) return 'planning';
  if (state.open.length > 0 || state.lanes.some((lane) => lane.cursor < lane.size)) return 'running';
  if (state.stranded > 0) return 'stranded';
  return state.requests.length > 0 ? 'waiting' : 'running';
}
