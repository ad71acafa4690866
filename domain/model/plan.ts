import type { RiskLevel, Task } from './task.ts';

/** One task's place in a plan. Times are milliseconds after the plan's origin (the wave's release for version 1). */
export interface PlanRow {
  task_id: string;
  agent_id: string;
  priority: number;
  risk_level: RiskLevel;
  /** Declared success probability on this agent, 0–1. */
  declared: number;
  /** Calibrated probability that one attempt on this agent succeeds, 0–1. */
  predicted_success: number;
  /** min(declared, calibrated from what was declared alone): lowered by failed attempts: what the gate holds against its thresholds. */
  confidence: number;
  /** Declared time of one attempt at pace 1.0. */
  declared_ms: number;
  /** Calibrated median time of one attempt at the pace asked for. */
  predicted_ms: number;
  start_ms: number;
  /** Predicted (median) end. */
  end_ms: number;
  /** Attempts already made, on all agents and on this one. */
  attempts_used: number;
  attempts_here: number;
  /** Set on a second copy: the task runs on another agent too. It is tried once. */
  copy?: true;
}

/** A plan row as the gate released it: with the task itself and what the gate decided. */
export interface LaneRow extends PlanRow {
  task: Task;
  /** The confidence threshold that was met, and whether an approver let a lower confidence pass. */
  threshold: number;
  override: boolean;
}

export type MoveReason = 'load_rebalance' | 'failover_reassignment' | 'retries_exhausted';

/** A task that changed agent between two plans. */
export interface Move {
  task_id: string;
  from_agent: string;
  to_agent: string;
  reason: MoveReason;
  plan_version: number;
}

export interface Lane {
  agent_id: string;
  rows: PlanRow[];
}

/** A task that no agent can take, and why. */
export interface Unplaceable {
  task_id: string;
  reason: string;
}

/** One version of a wave's assignment. A task is in at most one lane of it. */
export interface Plan {
  version: number;
  lanes: Lane[];
  moves: Move[];
  unplaceable: Unplaceable[];
  /** Predicted median makespan, milliseconds after the origin. */
  makespan_ms: number;
}
