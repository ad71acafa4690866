/** Everything that is known when a wave begins: what the choices before its first plan start from. One JSON value. */
import type { AppliedHeuristic } from '../heuristics/apply.ts';
import type { Agent } from '../model/agent.ts';
import type { Acknowledged, StrategyName } from '../model/records.ts';
import type { Prediction, Task } from '../model/task.ts';
import type { Targets } from '../model/targets.ts';
import type { ReinforcementInputs } from '../strategy/reinforcement.ts';
import type { Carry } from './carry.ts';
import type { GatePolicy } from './settings.ts';

export interface WaveContext {
  execution_id: string;
  dataset: string;
  wave: number;
  dry_run: boolean;
  seed: number;
  targets: Targets;
  agents: Agent[];
  limits: { maxAttempts: number; taskTimeoutMs: number };
  gate: GatePolicy;
  approvalTimeoutMs: number;
  strategy: 'auto' | StrategyName;
  tuning: 'on' | 'frozen';
  tasks: Task[];
  /** Ids of those that had failed for good earlier in the run. */
  retried: string[];
  /** As declared, and as heuristics changed them. */
  declared: Prediction[];
  adjusted: Prediction[];
  reinforcement: ReinforcementInputs;
  /** Phase 16's heuristics in force. */
  heuristics: AppliedHeuristic[];
  /** What the phases said of signals they were sent; of each phase in the order of its file. */
  acknowledgements: Acknowledged[];
  carry: Carry;
}
