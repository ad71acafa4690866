/** What the dispatch of a wave is told, and what it asks for. */
import type {
  AcceptedSegment,
  ChunkRange,
  ControlLevel,
  FinishReason,
  LaneSummary,
  OpenRequest,
  PlanReason,
} from './state.ts';

/** What became of a chunk, from its executor or from settling it. Echoes the range. */
export interface ChunkReport extends ChunkRange {
  segment: AcceptedSegment | null;
  completed: number;
  /** Used up all attempts that the run allows. */
  dead: number;
  /** Attempts beyond those that ended a task. */
  failedAttempts: number;
  /** Tasks that had ended in a rival of the chunk before. */
  elsewhere: number;
  /** Failed attempts since its last completed one, in the order in which they ended. */
  straightFailures: number;
  /** True when the agent's process is stopping: it takes no more work. */
  leaving: boolean;
  /** Sums over completed attempts, milliseconds. */
  observedMs: number;
  predictedMs: number;
  /** Sum over all its attempts, milliseconds of one slot each. */
  workedMs: number;
  /** What its attempts cost, in millionths. */
  costMicros: number;
  /** Epoch milliseconds of its last end; null when nothing ran. */
  lastEndAt: number | null;
}

/** A late chunk whose open tasks are to be copied, so many of them at most. */
export interface Straggler extends ChunkRange {
  copiesMax: number;
}

/** What a plan tells of an agent. */
export interface PlannedAgent {
  agentId: string;
  parallel: number;
  idempotent: boolean;
  /** Its breaker was open when the wave before ended: it begins on trial. */
  onTrial: boolean;
  /** So many tasks of the wave tell as much of its pace as is known before it; 1 or more. */
  paceTasks: number;
}

/** What the dispatch is told of a new plan. Bounded by the number of agents and risk levels. */
export interface PlannedReport {
  version: number;
  /** All tasks of the wave. */
  tasks: number;
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
  /** Of a `straggler` plan: open tasks of the chunk that got no copy. */
  uncovered: number;
  requests: OpenRequest[];
}

export type DispatchEvent = { at: number } &
  /** With the agents' parallelism in force. */
  (
    | ({ type: 'planned'; agents: PlannedAgent[] } & PlannedReport)
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
  /** `rivals`: what was accepted before of chunks with the same tasks. */
  | { type: 'settle'; chunk: ChunkRange; rivals: AcceptedSegment[] }
  /** Nothing that its executor does from now on counts; it should start nothing more. */
  | { type: 'abandon'; seq: number }
  | { type: 'plan'; reason: PlanReason; version: number; straggler: Straggler | null }
  | { type: 'probe'; agentId: string }
  | { type: 'fold'; segments: AcceptedSegment[]; list: number; previous: string | null }
  | { type: 'finish'; reason: FinishReason };
