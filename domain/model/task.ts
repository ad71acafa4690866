/** What a task asks for before anyone has run it. */

export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH' | 'UNKNOWN';
export const RISK_LEVELS: readonly RiskLevel[] = ['LOW', 'MEDIUM', 'HIGH', 'UNKNOWN'];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A unit of work. `priority` 1 is most urgent; `capabilities` restrict who may run it (all must be offered). */
export interface Task {
  task_id: string;
  /** The wave the schedule names; null where it names none. */
  wave: number | null;
  priority: number;
  risk_level: RiskLevel;
  task_type: string | null;
  capabilities: string[];
  payload: Json;
  /** How often the task was deliberately asked to run again; starts at 1. */
  generation: number;
}

/** What upstream declares about one task on one agent. `agent_id` null: the same for every agent. */
export interface Prediction {
  task_id: string;
  agent_id: string | null;
  /** Declared probability of success, 0–1. */
  success_probability: number;
  /** Declared change of confidence, −1…1. */
  confidence_delta: number;
  /** Declared time of one attempt at pace 1.0, milliseconds. */
  execution_time_ms: number;
}
