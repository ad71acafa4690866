/** What a run hands to a wave, and what a wave hands to its next execution when it continues as new. */
import type { AgentTimeouts, AnswerByRisk, MonitoredWave, WaveRef } from '../activities/interface.ts';
import type { PlannedAgent } from '../domain/dispatch/protocol.ts';
import type { ControlLevel, DispatchState, FinishReason } from '../domain/dispatch/state.ts';
import type { ApprovalRequest, RunConfig, WaveResult } from '../domain/model/run.ts';
import type { StrategyName } from '../domain/model/records.ts';

export interface WaveArgs {
  ref: WaveRef;
  config: RunConfig;
  /** Waves of this run so far, this one last. */
  waves: number[];
  carry: string | null;
  epoch: number | null;
  level: ControlLevel;
  searchAttributes: boolean;
  timeouts: AgentTimeouts;
  /** Set when the wave continues as new in the middle of its dispatch. */
  resume: WaveResume | null;
}

export interface WaveResume {
  dispatch: DispatchState;
  asked: ApprovalRequest[];
  answers: AnswerByRisk[];
  strategy: StrategyName;
  rationale: string;
  tasks: number;
  /** Epoch of the latest level that the run sent. */
  runEpoch: number;
  agents: PlannedAgent[];
}

export interface WaveOutcome {
  /** Null where the wave was stopped before its first plan. */
  result: WaveResult | null;
  carry: string | null;
  gate: MonitoredWave['gate'] | null;
  ended: FinishReason;
}
