/**
 * How much slower (positive) or faster (negative) than declared an agent is, as a log ratio, from few observations.
 *
 * Two-level normal shrinkage with known variances (Gelman et al., Bayesian Data Analysis, chapter 5): an agent j has a
 * level m_j ~ N(0, ta²), its level at risk k is m_jk ~ N(m_j, tt²), one log-time is y ~ N(m_jk, s²). With n_jk
 * observations of mean ȳ_jk:
 *
 *   w_jk = 1 ÷ (tt² + s² ÷ n_jk)
 *   m_j  = Σ_k w_jk ȳ_jk ÷ (1 ÷ ta² + Σ_k w_jk)
 *   m_jk = (m_j ÷ tt² + n_jk ȳ_jk ÷ s²) ÷ (1 ÷ tt² + n_jk ÷ s²)
 */
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import type { AgentCells } from './state.ts';

const AGENT_VARIANCE = 0.5 ** 2;
const RISK_VARIANCE = 0.35 ** 2;
/** Variance of one log-time around its level, before evidence. */
export const NOISE_VARIANCE = 0.3 ** 2;

export interface LogTimePosterior {
  /** m_jk; 0 without evidence. */
  mean: number;
  /** Standard deviation of the next log-time around `mean`: noise and what is not yet known of the level. */
  sd_predictive: number;
  /** Standard deviation of `mean`: what is not yet known of the level. */
  sd_level: number;
}

/** The agent's log-time level at a risk level; `cells` undefined: nothing is known of the agent. */
export function logTimePosterior(cells: AgentCells | undefined, risk: RiskLevel): LogTimePosterior {
  let weights = 0;
  let weighted = 0;
  for (const level of RISK_LEVELS) {
    const cell = cells?.[level];
    if (cell === undefined || cell.time_n <= 0) continue;
    const weight = 1 / (RISK_VARIANCE + NOISE_VARIANCE / cell.time_n);
    weights += weight;
    weighted += (weight * cell.time_sum) / cell.time_n;
  }
  const agentPrecision = 1 / AGENT_VARIANCE + weights;
  const agentMean = weighted / agentPrecision;

  const own = cells?.[risk];
  const precision = 1 / RISK_VARIANCE + (own?.time_n ?? 0) / NOISE_VARIANCE;
  const mean = (agentMean / RISK_VARIANCE + (own?.time_sum ?? 0) / NOISE_VARIANCE) / precision;
  const shareOfAgent = 1 / RISK_VARIANCE / precision;
  const levelVariance = 1 / precision + shareOfAgent ** 2 / agentPrecision;
  return {
    mean,
    sd_predictive: Math.sqrt(NOISE_VARIANCE + levelVariance),
    sd_level: Math.sqrt(levelVariance),
  };
}
