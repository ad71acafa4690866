/** What is known of a strategy before the wave, and what decides among several. */
import type { StrategyName } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';
import { beliefOf, gapOf, missingOf, promisedShare, type Belief, type StrategyTrial } from './achievement.ts';
import { STRATEGIES, strategyTarget } from './catalogue.ts';
import type { StrategyView } from './eligibility.ts';

type Promised = { without: number; with: number; interval: [number, number] } | null;

export interface StrategyQuestion {
  view: StrategyView;
  targets: Targets;
  /** Reinforcement weights, 0–1. */
  weights: Record<StrategyName, number>;
  /** Oldest first. */
  trials: StrategyTrial[];
  pinned: StrategyName | 'auto';
  seed: number;
  /** Every wave of every run draws anew; a dry run draws as the live run would. */
  draw: number;
  /** The strategy's metric simulated without and with its adjustments; null: no value. Dear: called once per strategy. */
  rollout: (strategy: StrategyName) => Promised;
  /** Whether its adjustments would change anything of the wave: all that they ask for may be at its bounds, refused or waiting. */
  changes: (strategy: StrategyName) => boolean;
  /** Sentences that the rationale ends with. */
  notes?: string[];
}

export interface Candidate {
  strategy: StrategyName;
  promise: Promised;
  /** −1 to 1; 0 where nothing was simulated. */
  share: number;
  belief: Belief;
  weight: number;
  /** Whether anything is left to gain: false where the simulation meets the target without the adjustments. */
  hasRoom: boolean;
  /** What is added to promised share and believed residual before they decide among several; null: nothing was drawn. */
  draw: number | null;
}

/** What decides among several candidates: the promised share, what came of promises so far, and the draw. */
export function scoreOf({ share, belief, hasRoom, draw }: Candidate): number {
  return share + expected(belief.mean + (draw ?? 0), hasRoom);
}

/** The share that its adjustments are expected to close, without a draw. */
export function expectedShare({ share, belief, hasRoom }: Candidate): number {
  return share + expected(belief.mean, hasRoom);
}

/** Where nothing is left to gain, harm is still to be expected of a strategy that did it before. */
function expected(more: number, hasRoom: boolean): number {
  return hasRoom ? more : Math.min(0, more);
}

export function candidateOf(question: StrategyQuestion, strategy: StrategyName): Candidate {
  const { metric } = STRATEGIES[strategy];
  const promise = question.rollout(strategy);
  const target = strategyTarget(metric, question.targets);
  const weight = question.weights[strategy];
  const gap = gapOf(strategy, target, promise?.without ?? question.view[metric] ?? target) / target;
  return {
    strategy,
    promise,
    share: promise === null ? 0 : promisedShare(strategy, target, promise),
    belief: beliefOf(strategy, weight, question.trials, gap),
    weight,
    hasRoom: promise === null || missingOf(strategy, target, promise.without) > 0,
    draw: null,
  };
}
