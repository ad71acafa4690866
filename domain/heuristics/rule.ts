/**
 * The four rule shapes that are known. The shape alone decides what a rule does; its category is a label. The last two can only
 * hold back, so they hold for all confidences of their risk levels, whatever their scope says of those.
 */
import type { Json } from '../model/task.ts';
import { intersection, isFields, Misread, numberIn, readScope, type Scope } from './scope.ts';

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
  | { shape: 'high_risk_threshold'; scope: Scope; previousSuccessRate: number; threshold: number };

/** A text: why the rule cannot be used. */
export function readRule({ rule, applicability }: Heuristic): Rule | string {
  try {
    return readFields(rule, applicability);
  } catch (error) {
    if (error instanceof Misread) return error.message;
    throw error;
  }
}

type Fields = Record<string, Json>;

/** What `applicability` may say beside limits: it repeats the rule, or limits nothing. */
const REMARKS = ['all_risk_levels', 'applicable_statuses', 'trigger', 'success_threshold'];

function readFields(rule: Json, applicability: Json): Rule {
  const within = readScope('applicability', applicability ?? undefined, REMARKS);
  if (!isFields(rule)) throw new Misread('rule', rule, 'an object');
  if (Array.isArray(rule['priority_order'])) return readPriorityOrder(rule['priority_order'], within);
  const { action, condition } = rule;
  const read = READERS.get(action);
  if (!read) {
    const actions = [...READERS.keys()].map((known) => JSON.stringify(known));
    throw new Misread('rule.action', action, `one of ${actions.join(', ')}, or rule.priority_order a list`);
  }
  if (!isFields(condition)) throw new Misread('rule.condition', condition, 'an object');
  return read(rule, condition, within);
}

const READERS: ReadonlyMap<Json | undefined, (rule: Fields, condition: Fields, within: Scope) => Rule> = new Map([
  ['boost_confidence_by', readBoost],
  ['retry_with_confidence_recalibration', readRetryPenalty],
  ['adjust_policy', readPolicy],
]);

function readPriorityOrder(list: Json[], within: Scope): Rule {
  if (list.length === 0) throw new Misread('rule.priority_order', list, 'at least one entry');
  const entries = list.map((entry, index) => readScope(`rule.priority_order[${index}]`, entry));
  return { shape: 'priority_order', entries, within };
}

function readBoost({ amount }: Fields, condition: Fields, within: Scope): Rule {
  const scope = readScope('rule.condition', condition);
  return {
    shape: 'boost_confidence',
    scope: intersection(scope, within),
    amount: numberIn('rule.amount', amount, -1, 1),
  };
}

function readRetryPenalty(rule: Fields, condition: Fields, within: Scope): Rule {
  const scope = readScope('rule.condition', condition, ['status']);
  const { max_retries: maxRetries, confidence_penalty: penalty } = rule;
  if (condition['status'] !== 'failed') throw new Misread('rule.condition.status', condition['status'], '"failed"');
  if (typeof maxRetries !== 'number' || !Number.isInteger(maxRetries) || maxRetries < 0)
    throw new Misread('rule.max_retries', maxRetries, 'a whole number from 0');
  return {
    shape: 'retry_penalty',
    scope: intersection(scope, within),
    maxRetries,
    penalty: numberIn('rule.confidence_penalty', penalty, -1, 0),
  };
}

function readPolicy({ parameters }: Fields, condition: Fields, within: Scope): Rule {
  const rate = condition['success_rate_previous_wave'];
  const threshold = isFields(parameters) ? parameters['high_risk_threshold'] : undefined;
  return {
    shape: 'high_risk_threshold',
    scope: intersection(readScope('rule.condition', condition, ['success_rate_previous_wave']), within),
    previousSuccessRate: numberIn('rule.condition.success_rate_previous_wave', rate, 0, 1),
    threshold: numberIn('rule.parameters.high_risk_threshold', threshold, 0, 1),
  };
}
