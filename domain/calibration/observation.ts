/** What one executed task tells of its agent. */
import { atLeastShortest } from '../model/outcome.ts';
import type { RiskLevel } from '../model/task.ts';

/** `attempts` trials, the last of them a success when `success`. */
export interface Observation {
  agent_id: string;
  risk_level: RiskLevel;
  /** Null: of no type. */
  task_type: string | null;
  attempts: number;
  success: boolean;
  /** Of the last attempt; null: not known. */
  execution_time_ms: number | null;
  /** Declared time of one attempt at pace 1.0; null: not known. */
  declared_ms: number | null;
  speed_multiplier: number;
}

/** ln(actual × pace ÷ declared) of a success; null: not known. */
export function logRatio(observation: Observation): number | null {
  const { success, execution_time_ms: actual, declared_ms: declared, speed_multiplier: speed } = observation;
  if (!success || actual === null || declared === null || !(actual >= 0) || !(declared > 0) || !(speed > 0))
    return null;
  return Math.log((atLeastShortest(actual) * speed) / declared);
}
