/** How long one attempt will take on an agent, at the pace asked of it. */
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { invariant } from '../model/invariant.ts';
import { logTimePosterior, NOISE_VARIANCE } from './log-time-posterior.ts';
import { agentCells, type AgentCells, type CalibrationState } from './state.ts';

export interface TimeQuestion {
  agent_id: string;
  risk_level: RiskLevel;
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

/** The assumed noise weighs as much as so many degrees of freedom against the observed one. */
const NOISE_PRIOR_DF = 8;

/**
 * Log-normal prediction: median = declared ÷ pace × exp(m_jk), mean = median × exp(sd² ÷ 2). Without evidence on the
 * agent the median is declared ÷ pace.
 */
export function predictTime(state: CalibrationState, question: TimeQuestion): TimePrediction {
  const { declared_ms: declared, speed_multiplier: speed } = question;
  invariant(declared > 0 && speed > 0, `declared_ms is ${declared}, speed_multiplier is ${speed}, expected both > 0`);
  const cells = agentCells(state, question.agent_id);
  const variance = noiseVariance(cells);
  const level = logTimePosterior(cells, question.risk_level);
  const median = (declared / speed) * Math.exp(level.mean);
  return {
    median_ms: median,
    mean_ms: median * Math.exp(variance / 2),
    sd_log: Math.sqrt(variance),
    level_sd_log: level.sd_level,
  };
}

/**
 * Noise of the agent's log-times: the assumed variance pooled with the spread seen within each risk level
 * (scaled inverse-χ² prior; Gelman et al., Bayesian Data Analysis, chapter 2).
 */
function noiseVariance(cells: AgentCells | undefined): number {
  let freedom = NOISE_PRIOR_DF;
  let squares = NOISE_PRIOR_DF * NOISE_VARIANCE;
  for (const risk of RISK_LEVELS) {
    const cell = cells?.[risk];
    if (cell === undefined || cell.time_n <= 1) continue;
    freedom += cell.time_n - 1;
    squares += Math.max(0, cell.time_sum_sq - cell.time_sum ** 2 / cell.time_n);
  }
  return squares / freedom;
}
