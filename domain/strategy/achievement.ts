/**
 * What a strategy promises and what it really achieved, in units that compare: the share of the gap to its metric's
 * target that is closed. 0 changes nothing, 1 reaches the target.
 */
import type { StrategyName } from '../model/records.ts';
import { STRATEGIES, type StrategyMetric } from './catalogue.ts';

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

/** What is believed of a strategy's residual: observed minus promised share. */
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
/** Nothing can be said about closing a gap of less than this share of its target: it counts as one of this size. */
const GAP_SHARE_MIN = 0.01;

export function gapMin(target: number): number {
  return GAP_SHARE_MIN * target;
}

/**
 * (after − before) ÷ gap from `before` to the target, signed so that positive is better; beyond the target nothing counts.
 * −1 to 1, so that one odd wave cannot settle the matter.
 */
function gapShare(strategy: StrategyName, target: number, before: number, after: number): number {
  const missing = missingOf(strategy, target, before);
  const share = (missing - missingOf(strategy, target, after)) / Math.max(gapMin(target), missing);
  return Math.min(1, Math.max(-1, share));
}

/** How far a value is from its target; 0: it meets it. */
export function missingOf(strategy: StrategyName, target: number, value: number): number {
  const sign = STRATEGIES[strategy].better === 'higher' ? 1 : -1;
  return Math.max(0, sign * (target - value));
}

/** Share of the gap without the adjustments that a simulation closes with them; below 0: a promise of harm. */
export function promisedShare(
  strategy: StrategyName,
  target: number,
  promise: { without: number; with: number },
): number {
  return gapShare(strategy, target, promise.without, promise.with);
}

/**
 * Observed minus promised share of a trial; null where the trial is no evidence. What a wave achieved is measured
 * against its simulation without adjustments, or against the wave before where nothing was simulated (and so nothing
 * promised).
 */
export function residual(trial: StrategyTrial): number | null {
  const { strategy, target, without, with: adjusted, observed } = trial;
  const start = without ?? trial.before;
  if (!trial.adjusted || observed === null || start === null) return null;
  const promised =
    without === null || adjusted === null ? 0 : promisedShare(strategy, target, { without, with: adjusted });
  return gapShare(strategy, target, start, observed) - promised;
}

/**
 * Discounted residuals, shrunk towards a prior that the reinforcement weight sets: mean = (prior + Σ γ^age r) ÷
 * (1 + Σ γ^age), age in trials from the newest. The spread is the running error of all strategies' roll-outs.
 */
export function beliefOf(strategy: StrategyName, weight: number, trials: readonly StrategyTrial[]): Belief {
  let sum = PRIOR_TRIALS * PRIOR_SPAN * (weight - 0.5);
  let mass = PRIOR_TRIALS;
  let errors = PRIOR_TRIALS * ROLLOUT_SD ** 2;
  let errorMass = PRIOR_TRIALS;
  let own = 0;
  trials.forEach((trial, index) => {
    const r = residual(trial);
    if (r === null) return;
    const discount = DISCOUNT ** (trials.length - 1 - index);
    errors += discount * r * r;
    errorMass += discount;
    if (trial.strategy !== strategy) return;
    sum += discount * r;
    mass += discount;
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
