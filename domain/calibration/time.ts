/** How long one attempt will take on an agent, at the pace asked of it. */
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { invariant } from '../model/invariant.ts';
import { logTimePosterior, noiseOf } from './log-time-posterior.ts';
import { agentCells, type CalibrationState } from './state.ts';
import { squaresOfTypes, typeOffsets } from './task-types.ts';

export interface TimeQuestion {
  agent_id: string;
  risk_level: RiskLevel;
  /** Null: of no type. */
  task_type: string | null;
  /** Declared time of one attempt at pace 1.0, > 0. */
  declared_ms: number;
  /** Pace asked of the agent, > 0. */
  speed_multiplier: number;
}

/** However much is known of an agent, it may be another today. */
export const PACE_TASKS_MAX = 8;

export interface TimePrediction {
  median_ms: number;
  mean_ms: number;
  /** Standard deviation of one attempt's log-time around the median's logarithm: what its type adds is no noise. */
  sd_log: number;
  /** Standard deviation of the median's logarithm: what is not yet known of the agent at this risk. */
  level_sd_log: number;
}

/** What is not known of an agent's log-times at a risk level. */
export interface TimeDoubt {
  /** Standard deviation of the level: the part that all risk levels of the agent share, and that of this one alone. */
  sd_shared: number;
  sd_own: number;
  /** Variance of one log-time around the level, and the degrees of freedom from which it is known. */
  noise_variance: number;
  noise_freedom: number;
}

/**
 * Log-normal prediction: median = declared ÷ pace × exp(m_jk + the type's offset), mean = median × exp(sd² ÷ 2). Without
 * evidence on the agent the median is declared ÷ pace.
 */
export function predictTime(state: CalibrationState, question: TimeQuestion): TimePrediction {
  const { declared_ms: declared, speed_multiplier: speed } = question;
  invariant(declared > 0 && speed > 0, `declared_ms is ${declared}, speed_multiplier is ${speed}, expected both > 0`);
  const cells = agentCells(state, question.agent_id);
  const level = logTimePosterior(cells, question.risk_level, noiseOf(cells).variance);
  const { variance } = attemptNoise(state, question.agent_id);
  const offset = typeOffsets(state, question.agent_id, question.task_type).time;
  const median = (declared / speed) * Math.exp(level.mean + offset);
  return {
    median_ms: median,
    mean_ms: median * Math.exp(variance / 2),
    sd_log: Math.sqrt(variance),
    level_sd_log: level.sd_level,
  };
}

/** What the tallies leave open. The level's doubt counts with the noise that the agent has shown. */
export function timeDoubt(state: CalibrationState, agentId: string, risk: RiskLevel): TimeDoubt {
  const cells = agentCells(state, agentId);
  const { sd_shared, sd_own } = logTimePosterior(cells, risk, noiseOf(cells).variance);
  const { variance, freedom } = attemptNoise(state, agentId);
  return { sd_shared, sd_own, noise_variance: variance, noise_freedom: freedom };
}

/** How far one log-time lies from what its level and its type tell. */
export function attemptNoise(state: CalibrationState, agentId: string): ReturnType<typeof noiseOf> {
  return noiseOf(agentCells(state, agentId), squaresOfTypes(state, agentId));
}

/** So many tasks of one wave tell as much of an agent's pace as the tallies: noise ÷ doubt about its best known level, as variances. */
export function paceTasks(state: CalibrationState, agentId: string): number {
  const cells = agentCells(state, agentId);
  const { variance } = noiseOf(cells);
  const doubt = Math.min(...RISK_LEVELS.map((risk) => logTimePosterior(cells, risk, variance).sd_level));
  return Math.min(PACE_TASKS_MAX, Math.max(1, Math.round(variance / doubt ** 2)));
}
