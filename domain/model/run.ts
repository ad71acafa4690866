/** The run's configuration, resolved, and what people and programs see of a run while it goes. */
import type { HealthStatus, StrategyName } from './records.ts';
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
  gate: { mediumNeedsApproval: boolean; approvalTimeoutMs: number };
  waveGate: { minHealth: number; onUnhealthy: OnUnhealthy };
  limits: { taskTimeoutMs: number; maxAttempts: number };
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
}

export type WavePhase =
  'preparing' | 'running' | 'waiting for approval' | 'pausing' | 'paused' | 'cancelling' | 'measuring' | 'finished';

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
  agents: { agent_id: string; status: AgentStanding; in_flight: number; completed: number; queued: number }[];
  requests: ApprovalRequest[];
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
  /** The wave gate's verdict and what followed from it; null where no gate was passed. */
  gate: WaveGateVerdict | null;
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
  finished: WaveResult[];
  requests: ApprovalRequest[];
}
