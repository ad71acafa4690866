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
export const LEVEL_VARIANCE = 0.35 ** 2;
/** Variance of one log-time around its level, before evidence. */
export const NOISE_VARIANCE = 0.3 ** 2;
/** The assumed noise weighs as much as so many degrees of freedom against the observed one. */
const NOISE_PRIOR_DF = 8;

export interface LogTimePosterior {
  /** m_jk; 0 without evidence. */
  mean: number;
  /** Standard deviation of the next log-time around `mean`: noise and what is not yet known of the level. */
  sd_predictive: number;
  /** Standard deviation of `mean`: what is not yet known of the level. */
  sd_level: number;
  /** Its part that comes from m_j, which all risk levels of the agent share, and the part of this risk level alone. */
  sd_shared: number;
  sd_own: number;
}

/**
 * The agent's log-time level at a risk level; `cells` undefined: nothing is known of the agent. `noise`: s², the
 * variance of one log-time around its level.
 */
export function logTimePosterior(
  cells: AgentCells | undefined,
  risk: RiskLevel,
  noise: number = NOISE_VARIANCE,
): LogTimePosterior {
  let weights = 0;
  let weighted = 0;
  for (const level of RISK_LEVELS) {
    const cell = cells?.[level];
    if (cell === undefined || cell.time_n <= 0) continue;
    const weight = 1 / (LEVEL_VARIANCE + noise / cell.time_n);
    weights += weight;
    weighted += (weight * cell.time_sum) / cell.time_n;
  }
  const agentPrecision = 1 / AGENT_VARIANCE + weights;
  const agentMean = weighted / agentPrecision;

  const own = cells?.[risk];
  const precision = 1 / LEVEL_VARIANCE + (own?.time_n ?? 0) / noise;
  const mean = (agentMean / LEVEL_VARIANCE + (own?.time_sum ?? 0) / noise) / precision;
  const shareOfAgent = 1 / LEVEL_VARIANCE / precision;
  const levelVariance = 1 / precision + shareOfAgent ** 2 / agentPrecision;
  return {
    mean,
    sd_predictive: Math.sqrt(noise + levelVariance),
    sd_level: Math.sqrt(levelVariance),
    sd_shared: shareOfAgent / Math.sqrt(agentPrecision),
    sd_own: 1 / Math.sqrt(precision),
  };
}

/**
 * Noise of the agent's log-times: the assumed variance pooled with the spread seen within each risk level
 * (scaled inverse-χ² prior; Gelman et al., Bayesian Data Analysis, chapter 2). `explained`: sum of squares of that spread that
 * something else accounts for.
 */
export function noiseOf(cells: AgentCells | undefined, explained = 0): { variance: number; freedom: number } {
  let freedom = NOISE_PRIOR_DF;
  let seen = 0;
  for (const risk of RISK_LEVELS) {
    const cell = cells?.[risk];
    if (cell === undefined || cell.time_n <= 1) continue;
    freedom += cell.time_n - 1;
    seen += Math.max(0, cell.time_sum_sq - cell.time_sum ** 2 / cell.time_n);
  }
  return { variance: (NOISE_PRIOR_DF * NOISE_VARIANCE + Math.max(0, seen - explained)) / freedom, freedom };
}
