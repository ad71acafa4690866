/** Whether phase 16's heuristics helped or harmed: what they made of the predictions, against what was seen. */
import { wilsonInterval } from '../metrics/wilson.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { AppliedHeuristic } from './apply.ts';
import type { HeuristicEffect } from './effect.ts';

/** What a wave showed of one heuristic; a type, so that it is JSON by its shape. */
export type JudgedHeuristic = {
  heuristic_id: string;
  category: string;
  /** Tasks, or predictions for a changed probability, that the rule was about. */
  rows: number;
  effect: HeuristicEffect;
  /** Attempts that completed or failed and that the rule had changed the confidence of. */
  attempts: number;
  /** Means over them, 0–1: of the confidence without and with the rule, and the share that completed; null: none. */
  without: number | null;
  with: number | null;
  observed: number | null;
  /**
   * `helped` where the confidence with the rule is the nearer to what was seen, `harmed` where that without it is;
   * `unclear` where the 95 % Wilson interval of what was seen allows both. `unmeasured`: the rule changed no attempt's
   * confidence, or changes none at all.
   */
  verdict: 'helped' | 'harmed' | 'unclear' | 'unmeasured';
};

/** In the order in which the heuristics were applied. Each is judged by itself, as if it had been the only one. */
export function judgeHeuristics(
  applied: readonly AppliedHeuristic[],
  lines: readonly AttemptLine[],
): JudgedHeuristic[] {
  const decided = lines.filter(({ status }) => status !== 'cancelled');
  return applied.map(({ heuristic_id, category, rows, effect }) => {
    const changed = decided.flatMap((line) => {
      const change = changeOf(effect, line);
      return change === 0 ? [] : [{ line, change }];
    });
    const stamp = { heuristic_id, category, rows, effect, attempts: changed.length };
    if (changed.length === 0) return { ...stamp, without: null, with: null, observed: null, verdict: 'unmeasured' };
    const without = mean(changed.map(({ line }) => line.declared));
    const changedTo = mean(changed.map(({ line, change }) => Math.min(1, Math.max(0, line.declared + change))));
    const successes = changed.filter(({ line }) => line.status === 'completed').length;
    return {
      ...stamp,
      without,
      with: changedTo,
      observed: successes / changed.length,
      verdict: verdictOf(without, changedTo, successes, changed.length),
    };
  });
}

/** What the rule did to the attempt's confidence. */
function changeOf(effect: HeuristicEffect, { risk_level, declared, attempt }: AttemptLine): number {
  if (effect.kind === 'priority' || effect.kind === 'high_risk_threshold') return 0;
  if (!effect.risk_levels.includes(risk_level)) return 0;
  if (effect.kind === 'retry_penalty') return effect.penalty * Math.min(attempt - 1, effect.max_retries);
  return declared >= effect.min && declared <= effect.max ? effect.amount : 0;
}

/** Which of the two is nearer is the question on which side of their middle the true share lies. */
function verdictOf(without: number, changed: number, successes: number, attempts: number): JudgedHeuristic['verdict'] {
  if (without === changed) return 'unclear';
  const middle = (without + changed) / 2;
  const [least, most] = wilsonInterval(successes, attempts);
  if (least <= middle && middle <= most) return 'unclear';
  return least > middle === changed > without ? 'helped' : 'harmed';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
