/**
 * The probability that one attempt succeeds on an agent: what upstream declares, corrected by what was seen.
 *
 * Beta-binomial: the declared probability p0 is a Beta(8·w·p0, 8·w·(1 − p0)) prior, w the agent's confidence weight;
 * the agent's trials at that risk level are added, and the other agents' trials at that level as a tenth of a trial
 * each, up to two in all. Trials whose risk nobody recorded count a half at every known level.
 * Declared probabilities that are all equal are no obstacle: agents then differ by their evidence alone.
 */
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { invariant } from '../model/invariant.ts';
import { betaQuantile } from './beta-quantile.ts';
import { agentCells, type AgentCells, type CalibrationState } from './state.ts';
import { typeOffsets } from './task-types.ts';

export interface SuccessQuestion {
  agent_id: string;
  risk_level: RiskLevel;
  /** Null: of no type. */
  task_type: string | null;
  /** Declared probability, 0–1. */
  declared: number;
  /** Factor on the weight of the declared probability, > 0. */
  confidence_weight: number;
  /** Added to the declared probability before it is used. */
  prediction_bias: number;
}

export interface SuccessPrediction {
  mean: number;
  /** Bounds of the central 95 % interval. */
  readonly lower: number;
  readonly upper: number;
}

interface Trials {
  successes: number;
  trials: number;
}

/** Trials that a declared probability is worth at a confidence weight of 1. */
const PRIOR_TRIALS = 8;
const FLEET_SHARE = 0.1;
const FLEET_TRIALS_MAX = 2;
const UNRECORDED_RISK_SHARE = 0.5;
/** An interval needs both shapes above 0, which a declared 0 or 1 does not give. */
const SHAPE_MIN = 0.1;
/** Less than this is what subtraction leaves of nothing. */
const TRIALS_EPSILON = 1e-9;

/** Without evidence on this agent or on others, the mean is exactly declared + bias, held within 0–1. */
export function predictSuccess(state: CalibrationState, question: SuccessQuestion): SuccessPrediction {
  invariant(question.confidence_weight > 0, `confidence_weight is ${question.confidence_weight}, expected > 0`);
  const declared = Math.min(1, Math.max(0, question.declared + question.prediction_bias));
  const own = evidenceAt(agentCells(state, question.agent_id), question.risk_level);
  const pull = fleetPull(state, question.risk_level, own);
  const prior = PRIOR_TRIALS * question.confidence_weight;
  const weight = prior + own.trials + pull.trials;
  const level =
    own.trials + pull.trials === 0 ? declared : (prior * declared + own.successes + pull.successes) / weight;
  const offset = typeOffsets(state, question.agent_id, question.task_type).success;
  const mean = Math.min(1, Math.max(0, level + offset));
  const [a, b] = [weight * mean, weight * (1 - mean)];
  const quantile = (p: number) => betaQuantile(p, Math.max(a, SHAPE_MIN), Math.max(b, SHAPE_MIN));
  return {
    mean,
    // Planning asks for many means and few intervals, and an interval costs a hundred times a mean.
    get lower() {
      return Math.min(mean, quantile(0.025));
    },
    get upper() {
      return Math.max(mean, quantile(0.975));
    },
  };
}

/** Trials that the prediction is worth, declared and seen: a + b of the Beta distribution whose mean it is. */
export function successTrials(
  state: CalibrationState,
  { agent_id, risk_level, confidence_weight }: Pick<SuccessQuestion, 'agent_id' | 'risk_level' | 'confidence_weight'>,
): number {
  const own = evidenceAt(agentCells(state, agent_id), risk_level);
  return PRIOR_TRIALS * confidence_weight + own.trials + fleetPull(state, risk_level, own).trials;
}

function fleetPull(state: CalibrationState, risk: RiskLevel, own: Trials): Trials {
  const fleet = fleetEvidence(state)[risk];
  const others = fleet.trials - own.trials;
  if (others < TRIALS_EPSILON) return { successes: 0, trials: 0 };
  const mean = Math.min(1, Math.max(0, (fleet.successes - own.successes) / others));
  const trials = Math.min(FLEET_TRIALS_MAX, others * FLEET_SHARE);
  return { successes: trials * mean, trials };
}

function evidenceAt(cells: AgentCells | undefined, risk: RiskLevel): Trials {
  const at = cells?.[risk];
  const unrecorded = risk === 'UNKNOWN' ? undefined : cells?.UNKNOWN;
  return {
    successes: (at?.successes ?? 0) + UNRECORDED_RISK_SHARE * (unrecorded?.successes ?? 0),
    trials: (at?.trials ?? 0) + UNRECORDED_RISK_SHARE * (unrecorded?.trials ?? 0),
  };
}

/** States are never changed in place, so a state's sums are worked out once. */
const fleetSums = new WeakMap<CalibrationState, Record<RiskLevel, Trials>>();

function fleetEvidence(state: CalibrationState): Record<RiskLevel, Trials> {
  const known = fleetSums.get(state);
  if (known !== undefined) return known;
  const sums = {} as Record<RiskLevel, Trials>;
  for (const risk of RISK_LEVELS) {
    const sum: Trials = { successes: 0, trials: 0 };
    for (const cells of Object.values(state.agents)) {
      const evidence = evidenceAt(cells, risk);
      sum.successes += evidence.successes;
      sum.trials += evidence.trials;
    }
    sums[risk] = sum;
  }
  fleetSums.set(state, sums);
  return sums;
}
