/** How long one attempt will take on an agent, at the pace asked of it. */
import type { RiskLevel } from '../model/task.ts';
import { invariant } from '../model/invariant.ts';
import { logTimePosterior, noiseVariance } from './log-time-posterior.ts';
import { agentCells, type CalibrationState } from './state.ts';
import { typeOffsets } from './task-types.ts';

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

export interface TimePrediction {
  median_ms: number;
  mean_ms: number;
  /** Standard deviation of one attempt's log-time around the median's logarithm. */
  sd_log: number;
  /** Standard deviation of the median's logarithm: what is not yet known of the agent at this risk. */
  level_sd_log: number;
}

/**
 * Log-normal prediction: median = declared ÷ pace × exp(m_jk + the type's offset), mean = median × exp(sd² ÷ 2). Without
 * evidence on the agent the median is declared ÷ pace.
 */
export function predictTime(state: CalibrationState, question: TimeQuestion): TimePrediction {
  const { declared_ms: declared, speed_multiplier: speed } = question;
  invariant(declared > 0 && speed > 0, `declared_ms is ${declared}, speed_multiplier is ${speed}, expected both > 0`);
  const cells = agentCells(state, question.agent_id);
  const variance = noiseVariance(cells);
  const level = logTimePosterior(cells, question.risk_level);
  const offset = typeOffsets(state, question.agent_id, question.task_type).time;
  const median = (declared / speed) * Math.exp(level.mean + offset);
  return {
    median_ms: median,
    mean_ms: median * Math.exp(variance / 2),
    sd_log: Math.sqrt(variance),
    level_sd_log: level.sd_level,
  };
}
