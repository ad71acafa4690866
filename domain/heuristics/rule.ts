/** The four rule shapes that are known. The shape alone decides what a rule does; its category is a label. */
import type { Json } from '../model/task.ts';
import { intersection, isFields, isNumberIn, readScope, type Scope } from './scope.ts';

/** A record of `phase16/heuristics.jsonl`. */
export interface Heuristic {
  heuristic_id: string;
  category: string;
  rule: Json;
  /** 0–1. */
  confidence: number;
  applicability: Json;
  expected_improvement: number | null;
}

export type Rule =
  /** Tasks that match an earlier entry go first. */
  | { shape: 'priority_order'; entries: Scope[]; within: Scope }
  /** The declared probability of success is raised (or lowered) by `amount`. */
  | { shape: 'boost_confidence'; scope: Scope; amount: number }
  /** Each failed attempt, up to `maxRetries`, lowers the task's confidence by −`penalty`. */
  | { shape: 'retry_penalty'; scope: Scope; maxRetries: number; penalty: number }
  /** Another threshold for HIGH risk after a wave with at least that success rate. */
  | { shape: 'high_risk_threshold'; previousSuccessRate: number; threshold: number };

/** Null: the shape is not known, or a value in it makes no sense. */
export function readRule({ rule, applicability }: Heuristic): Rule | null {
  // What is no object says nothing that could limit the rule.
  const within = readScope(isFields(applicability) ? applicability : undefined);
  if (!isFields(rule) || within === null) return null;
  if (Array.isArray(rule['priority_order'])) return readPriorityOrder(rule['priority_order'], within);
  const condition = rule['condition'];
  if (!isFields(condition)) return null;
  const action = rule['action'];
  if (action === 'boost_confidence_by') return readBoost(rule, condition, within);
  if (action === 'retry_with_confidence_recalibration') return readRetryPenalty(rule, condition, within);
  if (action === 'adjust_policy') return readPolicy(rule, condition);
  return null;
}

type Fields = Record<string, Json>;

function readPriorityOrder(list: Json[], within: Scope): Rule | null {
  const entries = list.map((entry) => (isFields(entry) ? readScope(entry) : null));
  if (entries.length === 0 || !entries.every((entry) => entry !== null)) return null;
  return { shape: 'priority_order', entries, within };
}

function readBoost(rule: Fields, condition: Fields, within: Scope): Rule | null {
  const scope = readScope(condition);
  const amount = rule['amount'];
  if (scope === null || !isNumberIn(amount, -1, 1)) return null;
  return { shape: 'boost_confidence', scope: intersection(scope, within), amount };
}

function readRetryPenalty(rule: Fields, condition: Fields, within: Scope): Rule | null {
  const scope = readScope(condition);
  const maxRetries = rule['max_retries'];
  const penalty = rule['confidence_penalty'];
  if (scope === null || condition['status'] !== 'failed') return null;
  if (!Number.isInteger(maxRetries) || !isNumberIn(maxRetries, 0, Infinity) || !isNumberIn(penalty, -1, 0)) return null;
  return { shape: 'retry_penalty', scope: intersection(scope, within), maxRetries, penalty };
}

function readPolicy(rule: Fields, condition: Fields): Rule | null {
  const parameters = rule['parameters'];
  const previousSuccessRate = condition['success_rate_previous_wave'];
  if (!isFields(parameters) || !isNumberIn(previousSuccessRate, 0, 1)) return null;
  const threshold = parameters['high_risk_threshold'];
  if (!isNumberIn(threshold, 0, 1)) return null;
  return { shape: 'high_risk_threshold', previousSuccessRate, threshold };
}
