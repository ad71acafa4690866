/**
 * The four rule shapes that are known. The shape alone decides what a rule does; its category is a label. The last two can only
 * hold back, so they hold for all confidences of their risk levels, whatever their scope says of those.
 */
import type { Json } from '../model/task.ts';
import { intersection, isFields, Misread, numberIn, readScope, refuseOthers, type Scope } from './scope.ts';

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

interface Shape {
  /** Of the rule, beside `action` and `condition`. */
  fields: readonly string[];
  /** That may stand in `condition`, and in `applicability`, where they repeat what the shape says itself. */
  condition: readonly string[];
  remarks: readonly string[];
  /** `scope`: what condition and applicability have in common. */
  read: (rule: Fields, condition: Fields, scope: Scope) => Rule;
}

const SHAPES: ReadonlyMap<Json | undefined, Shape> = new Map([
  ['boost_confidence_by', { fields: ['amount'], condition: [], remarks: [], read: readBoost }],
  [
    'retry_with_confidence_recalibration',
    {
      fields: ['max_retries', 'confidence_penalty'],
      condition: ['status'],
      remarks: ['applicable_statuses'],
      read: readRetryPenalty,
    },
  ],
  [
    'adjust_policy',
    {
      fields: ['parameters'],
      condition: ['success_rate_previous_wave'],
      remarks: ['trigger', 'success_threshold'],
      read: readPolicy,
    },
  ],
]);

function readFields(rule: Json, applicability: Json): Rule {
  if (!isFields(rule)) throw new Misread('rule', rule, 'an object');
  if (Array.isArray(rule['priority_order'])) {
    refuseOthers('rule', rule, ['priority_order']);
    return readPriorityOrder(rule['priority_order'], readWithin(applicability, []));
  }
  const { action, condition } = rule;
  const shape = SHAPES.get(action);
  if (!shape) {
    const actions = [...SHAPES.keys()].map((known) => JSON.stringify(known));
    throw new Misread('rule.action', action, `one of ${actions.join(', ')}, or rule.priority_order a list`);
  }
  refuseOthers('rule', rule, ['action', 'condition', ...shape.fields]);
  if (!isFields(condition)) throw new Misread('rule.condition', condition, 'an object');
  const scope = readScope('rule.condition', condition, shape.condition);
  return shape.read(rule, condition, intersection(scope, readWithin(applicability, shape.remarks)));
}

function readWithin(applicability: Json, remarks: readonly string[]): Scope {
  const within = readScope('applicability', applicability ?? undefined, ['all_risk_levels', ...remarks]);
  const all = isFields(applicability) ? applicability['all_risk_levels'] : undefined;
  if (all !== undefined && all !== true) throw new Misread('applicability.all_risk_levels', all, 'true');
  return within;
}

function readPriorityOrder(list: Json[], within: Scope): Rule {
  if (list.length === 0) throw new Misread('rule.priority_order', list, 'at least one entry');
  const entries = list.map((entry, index) => readScope(`rule.priority_order[${index}]`, entry));
  return { shape: 'priority_order', entries, within };
}

function readBoost({ amount }: Fields, _: Fields, scope: Scope): Rule {
  return { shape: 'boost_confidence', scope, amount: numberIn('rule.amount', amount, -1, 1) };
}

function readRetryPenalty(rule: Fields, { status }: Fields, scope: Scope): Rule {
  const { max_retries: maxRetries, confidence_penalty: penalty } = rule;
  if (status !== 'failed') throw new Misread('rule.condition.status', status, '"failed"');
  if (typeof maxRetries !== 'number' || !Number.isInteger(maxRetries) || maxRetries < 0)
    throw new Misread('rule.max_retries', maxRetries, 'a whole number from 0');
  return {
    shape: 'retry_penalty',
    scope,
    maxRetries,
    penalty: numberIn('rule.confidence_penalty', penalty, -1, 0),
  };
}

function readPolicy({ parameters }: Fields, condition: Fields, scope: Scope): Rule {
  if (!isFields(parameters)) throw new Misread('rule.parameters', parameters, 'an object');
  refuseOthers('rule.parameters', parameters, ['high_risk_threshold']);
  const { success_rate_previous_wave: rate } = condition;
  return {
    shape: 'high_risk_threshold',
    scope,
    previousSuccessRate: numberIn('rule.condition.success_rate_previous_wave', rate, 0, 1),
    threshold: numberIn('rule.parameters.high_risk_threshold', parameters['high_risk_threshold'], 0, 1),
  };
}
