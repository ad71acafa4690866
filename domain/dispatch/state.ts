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
 * The states of a chunk:
 *
 *   open → finished             its report is accepted
 *   open → settling → settled   it was lost, abandoned, or has a rival: what of its segment is whole and counts is accepted
 *
 * A chunk that is overdue while nothing else is left to start may get rivals: second copies of its open tasks on other
 * agents, where both agents are declared idempotent. A task counts where it was first accepted; a copy that failed never
 * does. Once the copies have ended every open task of the chunk, it is abandoned.
 *
 * The states of an agent:
 *
 *   up → down         a chunk was lost, it is leaving, or its circuit breaker opened
 *   down → up         it answered a probe; after an open breaker it is on trial (`half_open`): one task at a time until
 *                     one succeeds (`closed`) or fails (`open` again, for longer)
 *
 * What must hold in every state is said in `rules-1/invariants.ts`, and checked after every step.
 *
 * Nothing here grows with the number of tasks: a plan is known by the size of each agent's lane, an outcome by the
 * segment that was accepted, and a list of accepted segments that grows long is folded into a file.
 */
import type { Span } from '../model/evidence.ts';
import type { AgentStanding } from '../model/run.ts';

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
  /** Sum of the rows' predicted times with their repeats, milliseconds. */
  totalMs: number;
}

export interface LaneState extends LaneSummary {
  /** First row not yet dispatched. */
  cursor: number;
  /** The chunk whose tasks its rows run a second time; null: they are no copies. */
  copyOf: number | null;
}

/** A contiguous range `[from, to)` of one agent's lane. */
export interface ChunkRange {
  seq: number;
  agentId: string;
  planVersion: number;
  from: number;
  to: number;
}

/** The range alone of whatever holds one. */
export function rangeOf({ seq, agentId, planVersion, from, to }: ChunkRange): ChunkRange {
  return { seq, agentId, planVersion, from, to };
}

export interface OpenChunk extends ChunkRange {
  epoch: number;
  dispatchedAt: number;
  expectedMs: number;
  /** Mean predicted time of one of its tasks. */
  taskMs: number;
  /** Set once its own report will not be taken any more: settling is due, or was asked for. */
  settle: 'due' | 'asked' | null;
  /** The chunk whose tasks it runs a second time; null: it is no copy. */
  copyOf: number | null;
  /** True once copies of its tasks were asked for; that happens once. */
  copied: boolean;
}

/** A chunk with second copies of its tasks, as long as it or one of them is open. */
export interface CopySet {
  of: number;
  /** Copied tasks that no copy has ended yet, and open tasks of the chunk that have no copy. */
  running: number;
  uncovered: number;
  /** What was accepted so far of the chunk and its copies. */
  accepted: AcceptedSegment[];
}

/** A circuit breaker's states: `open` lets nothing through, `half_open` one task at a time. */
export type BreakerState = 'closed' | 'open' | 'half_open';

export interface AgentState {
  agentId: string;
  parallel: number;
  idempotent: boolean;
  status: 'up' | 'down';
  /** When to ask a lost agent again. */
  probeAt: number | null;
  probing: boolean;
  /** Probes without an answer since it was lost. */
  silences: number;
  /** Chunks lost since it last finished one. After too many it is asked no more in this wave. */
  losses: number;
  breaker: BreakerState;
  /** How often its breaker opened in this wave. */
  trips: number;
  /** Failed attempts in a row, and all attempts since the breaker was last closed. */
  straight: number;
  sinceClosed: { attempts: number; completed: number };
  /** When a chunk of it last came back. */
  reportedAt: number | null;
  /** Since when it has had open chunks, or last had; and what it has done since, milliseconds of one slot each. */
  busySince: number;
  workedMs: number;
  /** Spans in which it was up; the last one is open (`to` 0) while it is up. */
  up: Span[];
  completed: number;
  failedAttempts: number;
  /** What was known of its pace before the wave weighs as much as so many completed tasks. */
  paceTasks: number;
  observedMs: number;
  predictedMs: number;
}

/** Why a new plan is asked for. */
export type PlanReason = 'first' | 'load_rebalance' | 'failover' | 'leftovers' | 'admission' | 'give_up' | 'straggler';

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
  /** Of the wave, as the latest plan counted them. */
  tasks: number;
  /** Set while a plan is being made. */
  planning: PlanReason | null;
  /** Set when a plan is needed and none is being made. */
  planWanted: PlanReason | null;
  /** The chunk that a `straggler` plan is about. */
  straggler: number | null;
  lanes: LaneState[];
  agents: AgentState[];
  open: OpenChunk[];
  copies: CopySet[];
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
  counts: {
    released: number;
    completed: number;
    dead: number;
    deferred: number;
    rejected: number;
    moves: number;
    copies: number;
    /** Millionths of the unit in which agents report cost. */
    costMicros: number;
  };
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

/** A wave that has not begun. */
export function newDispatch(settings: DispatchSettings, level: ControlLevel): DispatchState {
  return {
    settings,
    level,
    planVersion: 0,
    tasks: 0,
    planning: null,
    planWanted: 'first',
    straggler: null,
    lanes: [],
    agents: [],
    open: [],
    copies: [],
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
    counts: { released: 0, completed: 0, dead: 0, deferred: 0, rejected: 0, moves: 0, copies: 0, costMicros: 0 },
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
    agents: state.agents.map((agent) => ({
      ...agent,
      up: agent.up.map((span) => ({ ...span })),
      sinceClosed: { ...agent.sinceClosed },
    })),
    open: state.open.map((chunk) => ({ ...chunk })),
    copies: state.copies.map((set) => ({ ...set, accepted: [...set.accepted] })),
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

/** An agent's state in one word, for people. */
export function standingOf({ status, breaker }: AgentState): AgentStanding {
  if (breaker === 'open') return 'tripped';
  if (status === 'down') return 'down';
  return breaker === 'half_open' ? 'on trial' : 'up';
}

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
