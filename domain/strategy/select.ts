/**
 * Chooses a wave's strategy. Where several are eligible and there is evidence, by Thompson sampling around roll-outs:
 * the largest of promised share + a draw around what the strategy's residual is believed to be, which adds nothing where the
 * simulation meets the target without it. The draw's variance is a quarter of the belief's: in few waves, much exploration
 * never pays back.
 */
import { invariant } from '../model/invariant.ts';
import { normal, seededRandom } from '../model/random.ts';
import type { Recommendation, StrategyName } from '../model/records.ts';
import { residual } from './achievement.ts';
import { candidateOf, expectedShare, scoreOf, type Candidate, type StrategyQuestion } from './candidate.ts';
import { STRATEGIES } from './catalogue.ts';
import { eligibleStrategies } from './eligibility.ts';
import { explainChoice, type Choice } from './rationale.ts';

export type { StrategyTrial } from './achievement.ts';
export type { StrategyQuestion } from './candidate.ts';

export interface StrategyChoice {
  recommendation: Recommendation;
  eligible: StrategyName[];
  rollout: { without: number; with: number } | null;
}

/** The draw's share of the belief's variance. */
const EXPLORATION = 0.25;

/**
 * Pinned: that strategy with its adjustments. None eligible: `balance_load` without adjustments. One: it. Several: of those whose
 * adjustments would change anything, the first while none was tried, else by evidence.
 *
 * Confidence is the probability that the adjustments improve their metric in this wave: Φ(expected share ÷ spread of one
 * wave). Without adjustments it is the share of the five measures that have data: how much of the wave is known to need
 * nothing.
 */
export function selectStrategy(question: StrategyQuestion): StrategyChoice {
  const { view, trials, pinned } = question;
  const eligible = eligibleStrategies(view, question.targets);
  if (pinned !== 'auto') return recommend(question, eligible, 'pinned', [candidateOf(question, pinned)]);
  const able = eligible.filter((strategy) => question.changes(strategy));
  const candidates = (able.length > 0 ? able : eligible).map((strategy) => candidateOf(question, strategy));
  if (candidates.length === 0) return recommendNothing(question);
  if (candidates.length === 1) return recommend(question, eligible, 'only', candidates);
  const isTried = ({ strategy }: Candidate) =>
    trials.some((trial) => trial.strategy === strategy && residual(trial) !== null);
  if (!candidates.some(isTried)) {
    return recommend(question, eligible, 'first', candidates);
  }
  return recommend(question, eligible, 'evidence', ranked(question, candidates));
}

/** Best draw first; equal draws in table order. */
function ranked({ seed, draw: number }: StrategyQuestion, candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .map((candidate) => {
      const random = seededRandom('strategy', seed, number, candidate.strategy);
      const { sd } = candidate.belief;
      return { ...candidate, draw: Math.sqrt(EXPLORATION) * sd * normal(random) };
    })
    .sort((a, b) => scoreOf(b) - scoreOf(a));
}

function recommend(
  question: StrategyQuestion,
  eligible: StrategyName[],
  how: Choice['how'],
  candidates: Candidate[],
): StrategyChoice {
  const chosen = candidates[0];
  invariant(chosen, 'a choice has at least one candidate');
  const { strategy, promise } = chosen;
  const { metric, adjustments } = STRATEGIES[strategy];
  return {
    recommendation: {
      strategy,
      adjustments: { ...adjustments },
      expected_impact: promise && { metric, change: promise.with - promise.without, interval: promise.interval },
      confidence: normalShare(expectedShare(chosen) / chosen.belief.waveSd),
      rationale: explainChoice(question, eligible, { how, candidates }),
    },
    eligible,
    rollout: promise && { without: promise.without, with: promise.with },
  };
}

function recommendNothing(question: StrategyQuestion): StrategyChoice {
  const values = Object.values(question.view);
  return {
    recommendation: {
      strategy: 'balance_load',
      adjustments: {},
      expected_impact: null,
      confidence: values.filter((value) => value !== null).length / values.length,
      rationale: explainChoice(question, [], { how: 'none', candidates: [] }),
    },
    eligible: [],
    rollout: null,
  };
}

/** The normal distribution function, by the logistic curve (off by at most 0.01; Johnson and Kotz 1970). */
function normalShare(x: number): number {
  return 1 / (1 + Math.exp(-1.702 * x));
}
