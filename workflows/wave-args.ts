/** What a run hands to a wave, and what a wave hands to its next execution when it continues as new. */
import type { AgentTimeouts, AnswerByRisk, MonitoredWave, WaveRef } from '../activities/interface.ts';
import type { Note } from '../domain/control/notes.ts';
import type { RetryAsk } from '../domain/control/retry-ask.ts';
import type { SharedLevel } from '../domain/control/shared-level.ts';
import type { Spending } from '../domain/control/spending.ts';
import type { PlannedAgent } from '../domain/dispatch/protocol.ts';
import type { DispatchState, FinishReason } from '../domain/dispatch/state.ts';
import type { HeardAnswer } from '../domain/gate/heard-answer.ts';
import type { ApprovalRequest, RunConfig, WaveResult } from '../domain/model/run.ts';
import type { StrategyName } from '../domain/model/records.ts';

export interface WaveArgs {
  ref: WaveRef;
  config: RunConfig;
  /** Waves of this run so far that were not skipped, this one last. */
  waves: number[];
  /** Tasks that failed for good in this run and are part of this wave. */
  retry: RetryAsk | null;
  /** The wave whose retried tasks are part of this one too, where they came to no end; null: none. */
  retryLeft: number | null;
  carry: string | null;
  epoch: number | null;
  level: SharedLevel;
  /** Of the run's waves before. */
  spending: Spending;
  searchAttributes: boolean;
  timeouts: AgentTimeouts;
  /** Set when the wave continues as new in the middle of its dispatch. */
  resume: WaveResume | null;
}

/** What is fixed before the first plan. */
export interface WavePreparation {
  strategy: StrategyName;
  rationale: string;
  tasks: number;
  retried: number;
  rebalanceThreshold: number;
  agents: PlannedAgent[];
  /** Agents with a change of parameters that was taken back. */
  reverted: string[];
}

export interface WaveResume {
  prepared: WavePreparation;
  dispatch: DispatchState;
  asked: ApprovalRequest[];
  answers: AnswerByRisk[];
  heard: HeardAnswer[];
  skipped: boolean;
  stopAt: Spending['stopAt'];
  reason: string | null;
  notes: Note[];
  retryAsked: RetryAsk | null;
  ignored: string[];
  /** Requests that people were told of, by name and digest. */
  told: string[];
  /** Reports sent to the run. */
  reports: number;
}

export interface WaveOutcome {
  /** Null where the wave was stopped before its first plan. */
  result: WaveResult | null;
  carry: string | null;
  gate: MonitoredWave['gate'] | null;
  ended: FinishReason | 'skipped';
  stopAt: Spending['stopAt'];
  /** What was asked of the wave itself: what it told its run as it ended may not have arrived. */
  level: SharedLevel;
  retryAsked: RetryAsk | null;
  /** What people or phases gave and the wave did not use, and why, in sentences. */
  ignored: string[];
  /** Tasks that were to run again and came to no end here. */
  retryLeft: number;
}
