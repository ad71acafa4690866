/** Puts the evidence behind a strategy into sentences. */
import { STRATEGY_NAMES, type StrategyName } from '../model/records.ts';
import { STRATEGIES, strategyTarget } from './catalogue.ts';
import type { Candidate, StrategyQuestion } from './select.ts';

export interface Choice {
  /** Asked for; nothing eligible; the only eligible; first of several without evidence; best by evidence. */
  how: 'pinned' | 'none' | 'only' | 'first' | 'evidence';
  /** The chosen strategy first, then those it was preferred to. */
  candidates: Candidate[];
}

export function explainChoice(question: StrategyQuestion, eligible: StrategyName[], choice: Choice): string {
  const chosen = choice.candidates[0];
  const sentences = [opening(choice.how, chosen?.strategy, eligible.length)];
  const missed = eligible.map((name) => `${name} (${standing(question, name)})`);
  if (missed.length > 0) sentences.push(`Eligible: ${missed.join(', ')}.`);
  if (choice.how === 'none') sentences.push(measuredSentence(question));
  if (choice.how === 'pinned' && chosen && !eligible.includes(chosen.strategy)) {
    sentences.push(`It is not eligible by itself: ${standing(question, chosen.strategy)}.`);
  }
  sentences.push(...choice.candidates.map(evidenceSentence), ...(question.notes ?? []));
  return sentences.join(' ');
}

function opening(how: Choice['how'], strategy: StrategyName | undefined, eligible: number): string {
  switch (how) {
    case 'none':
      return 'No strategy is eligible: balance_load without adjustments.';
    case 'pinned':
      return `${strategy} is pinned by the run input.`;
    case 'only':
      return `${strategy} is the only eligible strategy.`;
    case 'first':
      return `${strategy} is the first of ${eligible} eligible strategies, none of which has been tried yet.`;
    case 'evidence':
      return `${strategy} has the best drawn score of ${eligible} eligible strategies.`;
  }
}

/** For example `success_rate 0.85, target at least 0.9`. */
function standing(question: StrategyQuestion, name: StrategyName): string {
  const { metric, better } = STRATEGIES[name];
  const value = question.view[metric];
  const bound = better === 'higher' ? 'at least' : 'at most';
  return `${metric} ${value === null ? 'no data' : short(value)}, target ${bound} ${short(strategyTarget(metric, question.targets))}`;
}

function measuredSentence(question: StrategyQuestion): string {
  return `Measured: ${STRATEGY_NAMES.map((name) => standing(question, name)).join('; ')}.`;
}

/** For example `maximize_throughput: simulated throughput 30.1 without and 33.2 with its adjustments, 0.63 of the gap; …`. */
function evidenceSentence({ strategy, promise, share, belief, weight, score }: Candidate): string {
  const { metric } = STRATEGIES[strategy];
  const simulated =
    promise === null
      ? 'nothing simulated'
      : `simulated ${metric} ${short(promise.without)} without and ${short(promise.with)} with its adjustments, ` +
        (share < 0 ? 'away from its target' : `${short(share)} of the gap closed`);
  const tried =
    belief.trials === 0
      ? 'never tried'
      : `believed, after ${belief.trials} trial${belief.trials === 1 ? '' : 's'}, to close ` +
        `${short(Math.abs(belief.mean))} ${belief.mean < 0 ? 'less' : 'more'} of the gap than simulated`;
  const drawn = score === null ? '' : `; drawn score ${short(score)}`;
  return `${strategy}: ${simulated}; ${tried}; reinforcement weight ${short(weight)}${drawn}.`;
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}
