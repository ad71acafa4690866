/**
 * Arguments and results of every activity. They hold names, ranges, counts and digests only: tasks, plans and outcomes
 * are files in the artifact store. Times are epoch milliseconds of the workflow's clock, so that a retry writes the
 * same bytes.
 */
import type { RetryAsk } from '../domain/control/retry-ask.ts';
import type { ChunkReport, PlannedAgent, PlannedReport, Straggler } from '../domain/dispatch/protocol.ts';
import type { AcceptedSegment, ChunkRange, OpenRequest, PlanReason } from '../domain/dispatch/state.ts';
import type { AgentStanding, ApprovalRequest, RunConfig, WaveGateVerdict, WaveResult } from '../domain/model/run.ts';
import type { StrategyName } from '../domain/model/records.ts';
import type { ForecastValues } from '../domain/model/forecast.ts';
import type { RiskLevel } from '../domain/model/task.ts';
import type { HeardAnswer } from '../domain/gate/heard-answer.ts';
import type { GateAnswer } from '../domain/gate/decide-task.ts';
import type { AgentAvailability } from '../domain/wave/plan-stage.ts';
import type { DispatchFacts } from '../domain/wave/measure-stage.ts';

export interface OpenRunArgs {
  execution_id: string;
  /** As it came from whoever started the run; checked here. */
  input: unknown;
  at: number;
}

/** How long the run waits for its agents' signs of life, milliseconds. */
export interface AgentTimeouts {
  /** Nobody polls an agent's queue: its chunk is lost after so long. */
  unreachableMs: number;
  /** A chunk without a heartbeat is lost after so long. */
  heartbeatMs: number;
  /** A lost agent that is asked whether it is there must answer within so long. */
  probeMs: number;
}

export interface OpenedRun {
  config: RunConfig;
  /** Waves to run, in order; empty: nothing to do. */
  waves: number[];
  /** The highest wave number of the dataset. */
  lastWave: number;
  tasks: number;
  /** The lease's epoch; null in a dry run. */
  epoch: number | null;
  /** The carry that the first wave starts from, below the dataset; null: nothing was learned yet. */
  carry: string | null;
  /** True when the server knows our search attributes. */
  searchAttributes: boolean;
  /** True when a dry run forecasts tasks that are done already. */
  forecastsDone: boolean;
  /** What a person should know of how the input was taken, in sentences. */
  notes: string[];
  timeouts: AgentTimeouts;
}

/** Names one wave of one run, and where its files are. */
export interface WaveRef {
  execution_id: string;
  dataset: string;
  wave: number;
  dry_run: boolean;
}

export interface LoadInputsArgs {
  ref: WaveRef;
  config: RunConfig;
  /** Waves of this run so far, this one last: what they deferred is part of this one. */
  waves: number[];
  /** Tasks that failed for good in this run and are part of this wave; null: none. */
  retry: RetryAsk | null;
  /** The wave whose retried tasks are part of this one too, where they came to no end; null: none. */
  retryLeft: number | null;
  carry: string | null;
  at: number;
}

export interface LoadedInputs {
  tasks: number;
  /** Of these, how many had failed for good in this run. */
  retried: number;
  /** What people or phases gave and the wave does not use, and why, in sentences. */
  ignored: string[];
}

export interface SelectedStrategy {
  strategy: StrategyName;
  rationale: string;
}

export interface TunedAgents {
  rebalanceThreshold: number;
  agents: PlannedAgent[];
  /** Agents with a change that was taken back, since it made their result worse. */
  reverted: string[];
}

/** Everything accepted so far: folded lists by number, and the segments since. */
export interface Accepted {
  lists: number;
  listsSha256: string | null;
  segments: AcceptedSegment[];
}

export interface ScheduleTasksArgs {
  ref: WaveRef;
  version: number;
  reason: PlanReason;
  /** The chunk that a plan of second copies is about. */
  straggler: Straggler | null;
  accepted: Accepted;
  open: ChunkRange[];
  agents: AgentAvailability[];
  answers: AnswerByRisk[];
  /** Milliseconds after the wave's release, pauses taken out, at which the plan comes into force. */
  originMs: number;
}

export interface AnswerByRisk {
  request: string;
  risk_level: RiskLevel;
  answer: GateAnswer;
}

export interface SafetyGateArgs {
  ref: WaveRef;
  version: number;
  accepted: Accepted;
  open: ChunkRange[];
  answers: AnswerByRisk[];
  /** Milliseconds after the wave's release, pauses taken out, at which the plan comes into force. */
  originMs: number;
  /** Requests that already wait, with their deadlines. */
  waiting: OpenRequest[];
  approvalTimeoutMs: number;
  at: number;
}

export interface NotifyApproversArgs {
  ref: WaveRef;
  namespace: string;
  /** Of the wave, where the request is answered. */
  workflowId: string;
  url: string;
  request: ApprovalRequest;
}

export interface GatedPlan extends PlannedReport {
  approvalRequests: ApprovalRequest[];
}

export interface ExecuteChunkArgs extends ChunkRange {
  ref: WaveRef;
  epoch: number;
  heartbeatTimeoutMs: number;
  /** The executor starts nothing more after so long, and returns what it has. */
  budgetMs: number;
}

/** A dry run's execution: the whole wave on the virtual clock. */
export interface ForecastArgs {
  ref: WaveRef;
  approvalTimeoutMs: number;
  at: number;
}

export interface ForecastWave {
  planVersion: number;
  accepted: Accepted;
  facts: DispatchFacts;
  forecast: ForecastValues;
}

export interface SettleChunkArgs {
  ref: WaveRef;
  chunk: ChunkRange;
  /** Accepted before of chunks with the same tasks. */
  rivals: AcceptedSegment[];
}

export interface FoldAcceptedArgs {
  ref: WaveRef;
  list: number;
  previous: string | null;
  segments: AcceptedSegment[];
}

export interface DrainArgs {
  ref: WaveRef;
  agentId: string;
  /** Chunks of an earlier epoch start nothing more. Epoch 0 only asks whether the agent is there. */
  epoch: number;
  /** A chunk whose attempts are to be given up. */
  abandon?: number;
}

export interface MonitorWaveArgs {
  ref: WaveRef;
  planVersion: number;
  accepted: Accepted;
  facts: DispatchFacts;
  answers: HeardAnswer[];
  waveGate: RunConfig['waveGate'];
  at: number;
}

export interface MonitoredWave {
  result: Omit<WaveResult, 'gate' | 'forecast' | 'signals' | 'ledger_head' | 'skipped'>;
  gate: WaveGateVerdict;
}

export interface EmitFeedbackArgs {
  ref: WaveRef;
  at: number;
}

export interface CommitWaveArgs {
  ref: WaveRef;
  epoch: number | null;
  planVersion: number;
  accepted: Accepted;
  at: number;
}

export interface CommittedWave {
  ledger_head: { entry: number; sha256: string } | null;
  /** The carry for the next wave. */
  carry: string;
}

export interface CloseRunArgs {
  execution_id: string;
  dataset: string;
  dry_run: boolean;
  epoch: number | null;
  status: string;
  started_at: number;
  at: number;
  /** Why the run ended as it did, where that needs words. */
  reason: string | null;
  waves: WaveResult[];
  tasks: number;
}

export interface ExplainTaskArgs {
  ref: WaveRef;
  /** What is asked about. */
  taskId: string;
  version: number;
  accepted: Accepted;
  open: ChunkRange[];
  answers: AnswerByRisk[];
  lanes: { agentId: string; cursor: number }[];
  agents: { agentId: string; standing: AgentStanding }[];
}

/** What the orchestrator serves on its task queue. */
export interface OrchestratorActivities {
  openRun(args: OpenRunArgs): Promise<OpenedRun>;
  loadInputs(args: LoadInputsArgs): Promise<LoadedInputs>;
  selectStrategy(args: { ref: WaveRef; at: number }): Promise<SelectedStrategy>;
  tuneAgents(args: { ref: WaveRef }): Promise<TunedAgents>;
  scheduleTasks(args: ScheduleTasksArgs): Promise<{ makespanMs: number }>;
  safetyGate(args: SafetyGateArgs): Promise<GatedPlan>;
  notifyApprovers(args: NotifyApproversArgs): Promise<void>;
  executeChunk(args: ForecastArgs): Promise<ForecastWave>;
  settleChunk(args: SettleChunkArgs): Promise<ChunkReport>;
  foldAccepted(args: FoldAcceptedArgs): Promise<{ sha256: string }>;
  monitorWave(args: MonitorWaveArgs): Promise<MonitoredWave>;
  emitFeedback(args: EmitFeedbackArgs): Promise<{ signals: number }>;
  commitWave(args: CommitWaveArgs): Promise<CommittedWave>;
  closeRun(args: CloseRunArgs): Promise<void>;
  /** Where a task of the wave is, and why it waits, in a sentence. */
  explainTask(args: ExplainTaskArgs): Promise<string>;
}

/** What an agent serves on its own task queue. */
export interface AgentActivities {
  executeChunk(args: ExecuteChunkArgs): Promise<ChunkReport>;
  drain(args: DrainArgs): Promise<{ epoch: number }>;
}
