import type { HeardAnswer } from '../gate/heard-answer.ts';
import type { BreakerState } from '../dispatch/state.ts';
import type { AttemptStatus } from './outcome.ts';
import type { RiskLevel } from './task.ts';
import type { MetricName, Targets } from './targets.ts';

/** A span of epoch milliseconds. */
export interface Span {
  from: number;
  to: number;
}

/** When an agent could work in a wave, and how much it could hold. */
export interface AgentPresence {
  agent_id: string;
  slots: number;
  max_parallel_tasks: number;
  up: Span[];
  /** Its circuit breaker when the wave ended, and how often it opened. */
  breaker: BreakerState;
  trips: number;
}

/** One attempt as accepted by the wave: all that metrics need of it. */
export interface AcceptedAttempt {
  task_id: string;
  agent_id: string;
  risk_level: RiskLevel;
  attempt: number;
  status: AttemptStatus;
  /** True on exactly one attempt per executed task, its last. */
  final: boolean;
  started_at: number;
  finished_at: number;
  /** Calibrated success probability before and after this wave's evidence. */
  confidence_before: number;
  confidence_after: number;
}

/** The first plan's promise for a task. */
export interface PlannedEnd {
  task_id: string;
  agent_id: string;
  /** Predicted median end, milliseconds after the gate's release. */
  end_ms: number;
}

/** A signal sent after the previous wave, with the metric it meant to move and what that metric was then. */
export interface SentSignal {
  signal_id: string;
  metric: MetricName;
  /** The metric's value in the wave that sent the signal; null: no data. */
  before: number | null;
  acknowledgement: 'applied' | 'rejected' | null;
}

/** What a strategy's simulated roll-outs promised for its target metric, and what was then observed. */
export interface Rollout {
  wave: number;
  strategy: string;
  metric: MetricName | 'load_balance' | 'retry_rate';
  target: number;
  without: number;
  with: number;
  /** Null until measured. */
  observed: number | null;
}

/** Everything beyond the outcomes that a recomputation of a wave's metrics needs (`wave_N/evidence.json`). */
export interface WaveEvidence {
  wave: number;
  /** What people answered to the gate's requests, and what became of each answer. */
  answers: HeardAnswer[];
  targets: Targets;
  /** Tasks that the gate let run, deferred, and a person rejected. */
  released: number;
  deferred: number;
  rejected: number;
  /** Epoch milliseconds of the gate's release; null when nothing was released. */
  released_at: number | null;
  first_dispatch_at: number | null;
  last_outcome_at: number | null;
  /** Pauses, and waits in which only people were waited for. */
  pauses: Span[];
  agents: AgentPresence[];
  /** Second copies of stragglers' tasks: begun, counted, and attempts that ran beside a task's first end. */
  copies: { begun: number; won: number; discarded: number; discarded_ms: number };
  first_plan: PlannedEnd[];
  first_plan_makespan_ms: number;
  /** Agents that were found to have become slower or faster than they were, and which. */
  drifted: { agent_id: string; became: 'slower' | 'faster' }[];
  signals: SentSignal[];
  /** This run's adjusted waves so far, this one included. */
  rollouts: Rollout[];
}
