import type { Json, RiskLevel } from './task.ts';

export type AttemptStatus = 'completed' | 'failed' | 'cancelled';

/** What an agent answers for one attempt. */
export interface AgentAnswer {
  status: 'completed' | 'failed';
  /** The agent's own report; stored, never counted. */
  confidence?: number;
  cost?: number;
  output?: Json;
  error?: string;
}

/** One line of a segment: one attempt as the executor saw it. `position` is the row's place in its lane. */
export interface AttemptLine {
  position: number;
  task_id: string;
  agent_id: string;
  plan_version: number;
  risk_level: RiskLevel;
  /** Null: of no type. */
  task_type: string | null;
  /** Counted from 1 over all agents. */
  attempt: number;
  status: AttemptStatus;
  /**
   * What the executor concluded: `retry` (another attempt follows here), `completed`, `exhausted` (used up its attempts
   * on this agent), `dead` (used up all attempts), `regate` (the gate decision no longer holds).
   */
  verdict: 'retry' | 'completed' | 'exhausted' | 'dead' | 'regate';
  /** Epoch milliseconds. */
  started_at: number;
  finished_at: number;
  /** What the gate was held against when this attempt began: its confidence and threshold. */
  confidence: number;
  threshold: number;
  /** Pace in force. */
  speed_multiplier: number;
  declared: number;
  declared_ms: number;
  predicted_ms: number;
  agent_confidence: number | null;
  cost: number | null;
  error: string | null;
  output: Json;
  output_ref: string | null;
  output_sha256: string | null;
  idempotency_key: string;
  /** Set where the row was a second copy of a task that ran elsewhere too. */
  copy?: true;
}

/** Clocks count whole milliseconds: a shorter time is read as this, so that its logarithm stays finite. */
const SHORTEST_MS = 0.5;

/** A measured time, as logarithms and ratios take it. */
export function atLeastShortest(ms: number): number {
  return Math.max(ms, SHORTEST_MS);
}
