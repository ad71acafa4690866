/**
 * What a strategy promises and what it really achieved, in units that compare: the share of the gap to its metric's
 * target that is closed. 0 changes nothing, 1 reaches the target.
 */
import type { StrategyName } from '../model/records.ts';
import { missesTarget, STRATEGIES, type StrategyMetric } from './catalogue.ts';

/** One wave under one strategy: the memory of what strategies are worth. Null: no data. */
export interface StrategyTrial {
  run: string;
  wave: number;
  strategy: StrategyName;
  /** False: the wave ran without adjustments, so it says nothing about the strategy. */
  adjusted: boolean;
  metric: StrategyMetric;
  target: number;
  /** The metric as simulated before the wave, without and with the adjustments. */
  without: number | null;
  with: number | null;
  /** The metric before the wave, and as the wave then measured it. */
  before: number | null;
  observed: number | null;
}

/** What is believed of a strategy's residual. */
export interface Belief {
  mean: number;
  /** Standard deviation of the mean. */
  sd: number;
  /** Standard deviation of one more wave's residual. */
  waveSd: number;
  trials: number;
}

/** A trial is worth so much of the one a wave later: worlds drift (discounted bandits; Garivier and Moulines 2011). */
const DISCOUNT = 0.85;
/** The prior weighs as much as one fresh trial. */
const PRIOR_TRIALS = 1;
/** Weights of 0 and 1 set the prior mean half of this below and above zero. */
const PRIOR_SPAN = 0.5;
/** Error of one roll-out, in shares of the gap, before any was compared with what came. */
const ROLLOUT_SD = 0.2;
/** A gap of less than this share of its target counts as one of this size: to close less is worth less. */
const GAP_SHARE_MIN = 0.05;

/** How far a value is from its target; 0: it meets it. */
export function missingOf(strategy: StrategyName, target: number, value: number): number {
  return missesTarget(strategy, target, value) ? signOf(strategy) * (target - value) : 0;
}

/** What counts as the whole gap of a value: how far it is from its target, or the least that counts. */
export function gapOf(strategy: StrategyName, target: number, value: number): number {
  return Math.max(GAP_SHARE_MIN * target, missingOf(strategy, target, value));
}

function signOf(strategy: StrategyName): 1 | -1 {
  return STRATEGIES[strategy].better === 'higher' ? 1 : -1;
}

/**
 * Share of the gap without the adjustments that a simulation closes with them; below 0: a promise of harm. Beyond the target
 * nothing counts. −1 to 1.
 */
export function promisedShare(
  strategy: StrategyName,
  target: number,
  promise: { without: number; with: number },
): number {
  const closed = missingOf(strategy, target, promise.without) - missingOf(strategy, target, promise.with);
  return held(closed / gapOf(strategy, target, promise.without));
}

/**
 * How much better a trial came out than promised, as a share of the gap; null where the trial is no evidence. It is held against its
 * simulation with the adjustments, or against the wave before where nothing was simulated (and so nothing promised). Beyond the
 * target it counts too: noise above it would else weigh less than noise below, and every promise near it would seem broken.
 */
export function residual(trial: StrategyTrial): number | null {
  return evidenceOf(trial)?.residual ?? null;
}

/** The residual, and the gap that it is a share of, as a share of its target. */
function evidenceOf(trial: StrategyTrial): { residual: number; gap: number } | null {
  const { strategy, target, without, with: promised, observed, before } = trial;
  const isSimulated = without !== null && promised !== null;
  const start = isSimulated ? without : before;
  const expected = isSimulated ? promised : before;
  if (!trial.adjusted || observed === null || start === null || expected === null) return null;
  const whole = gapOf(strategy, target, start);
  return { residual: held((signOf(strategy) * (observed - expected)) / whole), gap: whole / target };
}

/** One odd wave cannot settle the matter. */
function held(share: number): number {
  return Math.min(1, Math.max(-1, share));
}

/**
 * Discounted residuals, shrunk towards a prior that the reinforcement weight sets: mean = (prior + Σ w r) ÷ (1 + Σ w),
 * w = γ^age min(1, gap then ÷ gap now)², age in trials from the newest: what a wave measures is off by as much near the target as
 * far from it, so the share of a small gap tells little of a large one. `gap`: the one now, as a share of its target. The spread is
 * the running error of all strategies' roll-outs, weighed alike.
 */
export function beliefOf(
  strategy: StrategyName,
  weight: number,
  trials: readonly StrategyTrial[],
  gap: number,
): Belief {
  let sum = PRIOR_TRIALS * PRIOR_SPAN * (weight - 0.5);
  let mass = PRIOR_TRIALS;
  let errors = PRIOR_TRIALS * ROLLOUT_SD ** 2;
  let errorMass = PRIOR_TRIALS;
  let own = 0;
  trials.forEach((trial, index) => {
    const evidence = evidenceOf(trial);
    if (evidence === null) return;
    const { residual: r } = evidence;
    const weighs = DISCOUNT ** (trials.length - 1 - index) * Math.min(1, evidence.gap / gap) ** 2;
    errors += weighs * r * r;
    errorMass += weighs;
    if (trial.strategy !== strategy) return;
    sum += weighs * r;
    mass += weighs;
    own += 1;
  });
  const variance = errors / errorMass;
  return {
    mean: sum / mass,
    sd: Math.sqrt(variance / mass),
    waveSd: Math.sqrt(variance + variance / mass),
    trials: own,
  };
}
