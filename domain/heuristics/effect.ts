/** What a rule does to the tasks that it is about, as records tell it; a type, so that it is JSON by its shape. */
import type { RiskLevel } from '../model/task.ts';
import type { Rule } from './rule.ts';

export type HeuristicEffect =
  | { kind: 'priority' }
  /** Added to declared probabilities from `min` to `max`, both included, at these risks. */
  | { kind: 'probability'; risk_levels: RiskLevel[]; min: number; max: number; amount: number }
  /** Added (≤ 0) to the confidence per failed attempt, up to so many. */
  | { kind: 'retry_penalty'; risk_levels: RiskLevel[]; penalty: number; max_retries: number }
  | { kind: 'high_risk_threshold'; threshold: number };

export function effectOf(rule: Rule): HeuristicEffect {
  switch (rule.shape) {
    case 'priority_order':
      return { kind: 'priority' };
    case 'boost_confidence': {
      const { riskLevels, min, max } = rule.scope;
      return { kind: 'probability', risk_levels: [...riskLevels], min, max, amount: rule.amount };
    }
    case 'retry_penalty': {
      const { scope, penalty, maxRetries } = rule;
      return { kind: 'retry_penalty', risk_levels: [...scope.riskLevels], penalty, max_retries: maxRetries };
    }
    case 'high_risk_threshold':
      return { kind: 'high_risk_threshold', threshold: rule.threshold };
  }
}

/** What a rule was about, and the effect, in a few words: for example `12 predictions, probability +0.05`. */
export function effectText(rows: number, effect: HeuristicEffect): string {
  return `${rows} ${rowName(effect)}${rows === 1 ? '' : 's'}, ${inWords(effect)}`;
}

/** What the rows of a rule are. */
export function rowName({ kind }: HeuristicEffect): 'prediction' | 'task' {
  return kind === 'probability' ? 'prediction' : 'task';
}

function inWords(effect: HeuristicEffect): string {
  switch (effect.kind) {
    case 'priority':
      return 'in a new order';
    case 'probability':
      return `probability ${effect.amount < 0 ? '' : '+'}${effect.amount}`;
    case 'retry_penalty':
      return `confidence ${effect.penalty} per failed attempt, up to ${effect.max_retries}`;
    case 'high_risk_threshold':
      return `threshold ${effect.threshold}`;
  }
}
