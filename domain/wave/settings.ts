/** What holds for one wave from its first plan to its commit. */
import type { RetryPenalty } from '../dispatch/verdict.ts';
import type { Agent, TunedParameters, WaveKnobs } from '../model/agent.ts';
import type { StrategyName } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';

export interface WaveSettings {
  execution_id: string;
  dataset: string;
  wave: number;
  dry_run: boolean;
  seed: number;
  targets: Targets;
  strategy: StrategyName;
  agents: Agent[];
  /** By agent. */
  parameters: Record<string, TunedParameters>;
  knobs: WaveKnobs;
  limits: { maxAttempts: number; taskTimeoutMs: number };
  gate: GatePolicy;
  /** By agent: so many tasks of the wave tell as much of its pace as is known before it. */
  pace_tasks: Record<string, number>;
  /** Agents whose circuit breaker was not closed when the wave before ended. */
  on_trial: string[];
}

export interface GatePolicy {
  mediumNeedsApproval: boolean;
  /** A heuristic's tighter threshold for HIGH; null: the contract's. */
  highRiskThreshold: number | null;
  retryPenalties: RetryPenalty[];
}
