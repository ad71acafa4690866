/** Puts the evidence behind a strategy into sentences. */
import { figure } from '../metrics/figure.ts';
import { STRATEGY_NAMES, type StrategyName } from '../model/records.ts';
import type { Targets } from '../model/targets.ts';
import { gapOf, missingOf } from './achievement.ts';
import { STRATEGIES, strategyTarget } from './catalogue.ts';
import { scoreOf, type Candidate, type StrategyQuestion } from './candidate.ts';

export interface Choice {
  /** Asked for; nothing eligible; the only eligible; first of several without evidence; best by evidence. */
  how: 'pinned' | 'none' | 'only' | 'first' | 'evidence';
  /** The chosen strategy first, then those it was preferred to. */
  candidates: Candidate[];
}

export function explainChoice(question: StrategyQuestion, eligible: StrategyName[], choice: Choice): string {
  const chosen = choice.candidates[0];
  const others = eligible.filter((name) => !choice.candidates.some(({ strategy }) => strategy === name));
  const sentences = [opening(choice.how, chosen?.strategy, choice.candidates.length, others)];
  const missed = eligible.map((name) => `${name} (${standing(question, name)})`);
  if (missed.length > 0) sentences.push(`Eligible: ${missed.join(', ')}.`);
  if (choice.how === 'none') sentences.push(measuredSentence(question));
  if (choice.how === 'pinned' && chosen && !eligible.includes(chosen.strategy)) {
    sentences.push(`It is not eligible by itself: ${standing(question, chosen.strategy)}.`);
  }
  sentences.push(
    ...choice.candidates.map((candidate) => evidenceSentence(candidate, question.targets)),
    ...(question.notes ?? []),
  );
  return sentences.join(' ');
}

/** `others`: eligible ones that were left out, as they would change nothing. */
function opening(
  how: Choice['how'],
  strategy: StrategyName | undefined,
  candidates: number,
  others: readonly StrategyName[],
): string {
  const able = others.length > 0 ? ` that would change anything (${others.join(', ')} would not)` : '';
  switch (how) {
    case 'none':
      return 'No strategy is eligible: balance_load without adjustments.';
    case 'pinned':
      return `${strategy} is pinned by the run input.`;
    case 'only':
      return `${strategy} is the only eligible strategy${able}.`;
    case 'first':
      return `${strategy} is the first of ${candidates} eligible strategies${able}, none of which has been tried yet.`;
    case 'evidence':
      return `${strategy} has the best drawn score of ${candidates} eligible strategies${able}.`;
  }
}

/** For example `success_rate 0.85, target at least 0.9`. */
function standing(question: StrategyQuestion, name: StrategyName): string {
  const { metric, better } = STRATEGIES[name];
  const value = question.view[metric];
  const bound = better === 'higher' ? 'at least' : 'at most';
  return `${metric} ${value === null ? 'no data' : figure(value)}, target ${bound} ${figure(strategyTarget(metric, question.targets))}`;
}

function measuredSentence(question: StrategyQuestion): string {
  return `Measured: ${STRATEGY_NAMES.map((name) => standing(question, name)).join('; ')}.`;
}

/**
 * For example `maximize_throughput: simulated throughput 30.1 without and 33.2 with its adjustments, 0.633 of the gap
 * closed; never tried, by reinforcement weight 0.8 expected to come out 0.15 of the gap better than that; score 0.633 + 0.15 − 0.021 (drawn) = 0.762.`
 */
function evidenceSentence(candidate: Candidate, targets: Targets): string {
  const { strategy, belief, weight } = candidate;
  const { trials, mean } = belief;
  const tried = trials === 0 ? 'never tried' : `tried in ${trials} ${trials === 1 ? 'wave' : 'waves'}`;
  const expected = `by reinforcement weight ${figure(weight)}${trials === 0 ? '' : ' and what came of it'} expected to come out ${figure(Math.abs(mean))} of the gap ${mean < 0 ? 'worse' : 'better'} than that`;
  return `${strategy}: ${simulatedText(candidate, targets)}; ${tried}, ${expected}${scoreText(candidate)}.`;
}

function scoreText(candidate: Candidate): string {
  const { share, belief, hasRoom, draw } = candidate;
  if (draw === null) return '';
  const score = minus(scoreOf(candidate));
  if (hasRoom) return `; score ${minus(share)}${signed(belief.mean)}${signed(draw)} (drawn) = ${score}`;
  const more = `${minus(belief.mean)}${signed(draw)} (drawn)`;
  return `; nothing is left to gain, so of ${more} at most 0 counts; score ${score}`;
}

function simulatedText({ strategy, promise, share, hasRoom }: Candidate, targets: Targets): string {
  if (promise === null) return 'nothing simulated';
  const { metric } = STRATEGIES[strategy];
  const target = strategyTarget(metric, targets);
  const figures = `simulated ${metric} ${figure(promise.without)} without and ${figure(promise.with)} with its adjustments`;
  const missing = missingOf(strategy, target, promise.without);
  const whole = gapOf(strategy, target, promise.without);
  const gap = `the gap${missing < whole ? ` (taken as ${figure(whole)})` : ''}`;
  const part = `${share === -1 ? 'at least ' : ''}${figure(Math.abs(share))} of ${gap}`;
  if (share < 0) return `${figures}, ${part} further from its target`;
  return hasRoom ? `${figures}, ${part} closed` : `${figures}, both within its target`;
}

function signed(value: number): string {
  return `${value < 0 ? ' − ' : ' + '}${figure(Math.abs(value))}`;
}

function minus(value: number): string {
  const text = figure(Math.abs(value));
  return value < 0 && text !== '0' ? `−${text}` : text;
}
