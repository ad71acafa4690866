/** The run's configuration, resolved, and what people and programs see of a run while it goes. */
import type { HealthStatus, StrategyName } from './records.ts';
import type { RunLimits } from '../control/spending.ts';
import type { RetryAsk } from '../control/retry-ask.ts';
import type { Note } from '../control/notes.ts';
import type { ForecastValues } from './forecast.ts';
import type { RiskLevel } from './task.ts';
import type { Targets } from './targets.ts';

export type OnUnhealthy = 'pause' | 'continue' | 'abort';

/** A run input after defaults and checks; durations in milliseconds. */
export interface RunConfig {
  dataset: string;
  /** Wave numbers to run, in order; null: all in the dataset. */
  waves: number[] | null;
  /** At most so many waves; null: no limit. */
  waveCount: number | null;
  tasksPerWave: number;
  dryRun: boolean;
  strategy: 'auto' | StrategyName;
  /** Overrides only; the dataset's or the default targets fill the rest. */
  targets: Partial<Targets>;
  gate: {
    mediumNeedsApproval: boolean;
    approvalTimeoutMs: number;
    /** Public keys as text, with names or without; empty: answers need no signature. */
    approvers: string[];
    /** Told when an approval waits; null: nobody is. */
    notifyUrl: string | null;
  };
  waveGate: { minHealth: number; onUnhealthy: OnUnhealthy };
  limits: { taskTimeoutMs: number; maxAttempts: number } & RunLimits;
  tuning: 'on' | 'frozen';
  seed: number;
  rerun: boolean;
}

/** A group of tasks that waits for a person. */
export interface ApprovalRequest {
  /** For example `w2-g1`. */
  request: string;
  /** `sha256:…` over the ids, payloads and risks of its tasks. */
  digest: string;
  wave: number;
  risk_level: RiskLevel;
  tasks: number;
  /** Of these, tasks whose confidence is below the threshold: they pass only with `override`. */
  below_threshold: number;
  /** Epoch milliseconds. */
  opened_at: number;
  expires_at: number;
}

/** A person's answer to a request: what the Updates `approve` and `reject` take. */
export interface ApprovalAnswer {
  request: string;
  digest: string;
  approver: string;
  reason?: string;
  /** True: a confidence below the threshold may pass; needs a reason. */
  override?: boolean;
  /** Needed where the run has `gate.approvers`. */
  signature?: AnswerSignature;
}

/** An Ed25519 signature of an answer. */
export interface AnswerSignature {
  /** 8 to 64 of A–Z, a–z, 0–9, `_` and `-`; good for one answer. */
  nonce: string;
  /** ISO-8601 in UTC, ending in `Z`. */
  expires: string;
  /** Base64 of its 64 bytes. */
  value: string;
}

export type WavePhase =
  | 'preparing'
  | 'forecasting'
  | 'running'
  | 'waiting for approval'
  | 'pausing'
  | 'paused'
  | 'cancelling'
  | 'measuring'
  | 'finished';

/** How an agent stands in a wave: `tripped` and `on trial` tell of its circuit breaker, open and half-open. */
export type AgentStanding = 'up' | 'down' | 'tripped' | 'on trial';

/** Answer of the Query `progress` on a wave. */
export interface WaveProgress {
  wave: number;
  phase: WavePhase;
  dry_run: boolean;
  strategy: StrategyName | null;
  plan_version: number;
  tasks: number;
  released: number;
  completed: number;
  failed: number;
  deferred: number;
  rejected: number;
  waiting: number;
  in_flight: number;
  moves: number;
  /** What the attempts accepted so far cost, as agents reported it. */
  cost: number;
  /** Epoch milliseconds at which all that is released should be done; null while that cannot be said. */
  expected_end: number | null;
  agents: AgentProgress[];
  requests: ApprovalRequest[];
  /** Why the wave stands still, when no person asked for it. */
  reason: string | null;
  notes: Note[];
}

export interface AgentProgress {
  agent_id: string;
  status: AgentStanding;
  in_flight: number;
  completed: number;
  /** Failed attempts. */
  failed: number;
  queued: number;
  /** Predicted ÷ observed time of what it completed: above 1 it is faster than predicted; null before the first. */
  speed: number | null;
}

/** Answer of the Query and the Update `explain`. */
export interface Explanation {
  /** An agent, a task, or the wave or run as a whole. */
  about: string;
  says: string;
}

export interface WaveGateVerdict {
  verdict: 'healthy' | 'unhealthy' | 'no_data';
  action: 'next' | 'pause' | 'abort' | 'ask';
  reason: string;
}

/** What a finished wave leaves in the run's state. */
export interface WaveResult {
  wave: number;
  dry_run: boolean;
  strategy: StrategyName | null;
  health: number | null;
  health_status: HealthStatus;
  completed: number;
  failed: number;
  deferred: number;
  rejected: number;
  anomalies: number;
  signals: number;
  /** Tasks that had failed for good in an earlier wave of the run, and came to an end in this one. */
  retried: number;
  /** What its attempts cost, as agents reported it. */
  cost: number;
  /** A person ended it before its tasks were done. */
  skipped: boolean;
  /** The wave gate's verdict and what followed from it; null where no gate was passed. */
  gate: WaveGateVerdict | null;
  /** Of a dry run's wave; null: it was live. */
  forecast: ForecastValues | null;
  /** Entry number and hash of the commit; null in a dry run. */
  ledger_head: { entry: number; sha256: string } | null;
}

export type RunStatus =
  | 'starting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'waiting for approval'
  | 'cancelling'
  | 'completed'
  | 'cancelled'
  | 'aborted'
  | 'failed'
  | 'nothing_to_do';

/** Answer of the Query `progress` on a run. */
export interface RunProgress {
  execution_id: string;
  dataset: string;
  status: RunStatus;
  dry_run: boolean;
  /** Why the run stands still, when it does. */
  reason: string | null;
  waves: number[];
  open_wave: { wave: number; workflow_id: string } | null;
  /** In flight in the open wave, as it said when it began to drain; null while it does not. */
  draining: number | null;
  finished: WaveResult[];
  /** Waves that a person skipped before they began. */
  skipped: number[];
  /** Failed tasks that run again in the next wave; null: none were asked for. */
  retry: RetryAsk | null;
  requests: ApprovalRequest[];
  /** It takes only answers that one of its approvers has signed. */
  signed_answers: boolean;
  notes: Note[];
}
