/**
 * Applies phase 16's heuristics before planning. A heuristic never loosens a gate: `predictions` are what planning and
 * calibration start from, while the gate must go on holding the predictions as declared against its thresholds.
 */
import { GATE_THRESHOLDS } from '../gate/thresholds.ts';
import type { Prediction, RiskLevel, Task } from '../model/task.ts';
import { effectOf, rowName, type HeuristicEffect } from './effect.ts';
import { reprioritise } from './reprioritise.ts';
import { readRule, type Heuristic, type Rule } from './rule.ts';
import { isInScope } from './scope.ts';

export type { Heuristic } from './rule.ts';

/** A heuristic in force, and how many tasks or predictions it is about. */
export interface AppliedHeuristic {
  heuristic_id: string;
  category: string;
  rows: number;
  effect: HeuristicEffect;
}

export interface HeuristicQuestion {
  tasks: Task[];
  /** As declared. */
  predictions: Prediction[];
  heuristics: Heuristic[];
  /** Of the wave before; null: no data. */
  previousSuccessRate: number | null;
}

export interface HeuristicAnswer {
  /** In input order, with new priorities. */
  tasks: Task[];
  /** In input order, with raised or lowered success probabilities: for planning and calibration, not for the gate. */
  predictions: Prediction[];
  /** Confidence lost (≤ 0) per failed attempt. */
  retryPenalty: { max_retries: number; confidence_penalty: number; risk_levels: RiskLevel[] }[];
  /** Only where it is above the gate's own threshold for HIGH; null: the gate's own. */
  highRiskThreshold: number | null;
  /** `rows`: tasks, or predictions for a changed probability, that the rule was about; one about none is skipped. */
  applied: AppliedHeuristic[];
  skipped: { heuristic_id: string; reason: string }[];
  /** Of those the ones whose rule makes no sense, with why. */
  misread: string[];
  /** Rules in force that do not heed their limit of confidences. */
  widened: string[];
  /** Wishes that only a person may grant. */
  needsConfirmation: string[];
}

const HIGH_RISK_THRESHOLD = GATE_THRESHOLDS.HIGH.confidence;

/**
 * Rules are applied in input order. All judge a task by what was declared, so no rule feeds another: amounts add up
 * (within 0–1), and of two priority orders the first is decisive, the second orders what the first leaves equal. A task's
 * declared confidence is the highest that any agent's prediction gives it.
 */
export function applyHeuristics(question: HeuristicQuestion): HeuristicAnswer {
  const answer: HeuristicAnswer = {
    tasks: question.tasks,
    predictions: question.predictions,
    retryPenalty: [],
    highRiskThreshold: null,
    applied: [],
    skipped: [],
    misread: [],
    widened: [],
    needsConfirmation: [],
  };
  const rules = question.heuristics.map((heuristic) => ({ heuristic, rule: readRule(heuristic) }));
  // The last sort decides, and priorities that are equal after it stay as the sorts before it left them.
  const orders = new Map<Heuristic, { matched: number; isMoved: boolean }>();
  const confidences = declaredConfidences(question.predictions);
  for (const { heuristic, rule } of [...rules].reverse()) {
    if (typeof rule === 'string' || rule.shape !== 'priority_order') continue;
    const { tasks, ...order } = reprioritise(answer.tasks, rule, (task) => confidences.get(task.task_id) ?? 0);
    answer.tasks = tasks;
    orders.set(heuristic, order);
  }
  const amounts = question.predictions.map(() => 0);
  for (const { heuristic, rule } of rules) {
    const outcome = applyRule(question, heuristic, rule, answer, amounts, orders);
    const { heuristic_id, category } = heuristic;
    if (typeof rule === 'string') answer.misread.push(`${heuristic_id}: ${rule}`);
    if (typeof outcome === 'string') answer.skipped.push({ heuristic_id, reason: outcome });
    else answer.applied.push({ heuristic_id, category, ...outcome });
  }
  answer.predictions = question.predictions.map((prediction, index) => {
    const amount = amounts[index] ?? 0;
    if (amount === 0) return prediction;
    const success_probability = Math.min(1, Math.max(0, prediction.success_probability + amount));
    return { ...prediction, success_probability };
  });
  return answer;
}

function isWidened(rule: Rule): rule is Extract<Rule, { shape: 'retry_penalty' | 'high_risk_threshold' }> {
  if (rule.shape !== 'retry_penalty' && rule.shape !== 'high_risk_threshold') return false;
  return rule.scope.min > 0 || rule.scope.max < 1;
}

/** Condition and applicability have no confidence in common. */
function isAboutNothing(rule: Rule): boolean {
  return rule.shape !== 'priority_order' && rule.scope.min > rule.scope.max;
}

/** Its numbers leave everything as it is. */
function asksForNothing(rule: Rule): boolean {
  if (rule.shape === 'boost_confidence') return rule.amount === 0;
  return rule.shape === 'retry_penalty' && (rule.penalty === 0 || rule.maxRetries === 0);
}

/** What came of the rule, or why it was skipped. */
function applyRule(
  question: HeuristicQuestion,
  heuristic: Heuristic,
  rule: Rule | string,
  answer: HeuristicAnswer,
  amounts: number[],
  orders: ReadonlyMap<Heuristic, { matched: number; isMoved: boolean }>,
): Pick<AppliedHeuristic, 'rows' | 'effect'> | string {
  if (typeof rule === 'string') return rule;
  if (asksForNothing(rule)) return 'it asks for no change';
  const rows = isAboutNothing(rule) ? 0 : rowsOf(question, heuristic, rule, answer, amounts, orders);
  if (typeof rows === 'string') return rows;
  const effect = effectOf(rule);
  if (rows === 0) return `no ${rowName(effect)} is in its scope`;
  if (isWidened(rule)) {
    const { min, max } = rule.scope;
    const { heuristic_id } = heuristic;
    answer.widened.push(`${heuristic_id} is limited to confidences from ${min} to ${max}: such a rule holds for all.`);
  }
  return { rows, effect };
}

/** Applies the rule, and counts the rows that it was about. */
function rowsOf(
  question: HeuristicQuestion,
  heuristic: Heuristic,
  rule: Rule,
  answer: HeuristicAnswer,
  amounts: number[],
  orders: ReadonlyMap<Heuristic, { matched: number; isMoved: boolean }>,
): number | string {
  switch (rule.shape) {
    case 'priority_order': {
      const { matched, isMoved } = orders.get(heuristic)!;
      return matched === 0 || isMoved ? matched : 'the tasks are in that order already';
    }
    case 'boost_confidence':
      return addAmounts(question, rule, amounts);
    case 'retry_penalty': {
      const risk_levels = [...rule.scope.riskLevels];
      const rows = question.tasks.filter((task) => risk_levels.includes(task.risk_level)).length;
      const penalty = { max_retries: rule.maxRetries, confidence_penalty: rule.penalty, risk_levels };
      if (rows > 0) answer.retryPenalty.push(penalty);
      return rows;
    }
    case 'high_risk_threshold':
      return applyThreshold(question, heuristic, rule, answer);
  }
}

function addAmounts(
  { tasks, predictions }: HeuristicQuestion,
  rule: Extract<Rule, { shape: 'boost_confidence' }>,
  amounts: number[],
): number {
  const risks = new Map(tasks.map((task) => [task.task_id, task.risk_level]));
  let rows = 0;
  predictions.forEach((prediction, index) => {
    const risk = risks.get(prediction.task_id);
    if (risk === undefined || !isInScope(rule.scope, risk, prediction.success_probability)) return;
    amounts[index] = (amounts[index] ?? 0) + rule.amount;
    rows += 1;
  });
  return rows;
}

function applyThreshold(
  { tasks, previousSuccessRate }: HeuristicQuestion,
  { heuristic_id }: Heuristic,
  rule: Extract<Rule, { shape: 'high_risk_threshold' }>,
  answer: HeuristicAnswer,
): number | string {
  const { threshold } = rule;
  if (previousSuccessRate === null) return 'the success rate of the wave before is not known';
  if (previousSuccessRate < rule.previousSuccessRate) {
    return `the success rate of the wave before, ${previousSuccessRate}, is below ${rule.previousSuccessRate}`;
  }
  const rows = tasks.filter((task) => task.risk_level === 'HIGH' && rule.scope.riskLevels.includes('HIGH')).length;
  if (rows === 0) return 0;
  if (threshold < HIGH_RISK_THRESHOLD) {
    answer.needsConfirmation.push(
      `${heuristic_id} asks to lower the threshold for HIGH risk from ${HIGH_RISK_THRESHOLD} to ${threshold}: ` +
        'not applied. A heuristic never loosens a gate; a person must confirm such a change.',
    );
    return `it would loosen the gate: HIGH risk needs ${HIGH_RISK_THRESHOLD}, it asks for ${threshold}`;
  }
  if (threshold === HIGH_RISK_THRESHOLD) return `${threshold} is the gate's own threshold for HIGH risk`;
  answer.highRiskThreshold = Math.max(answer.highRiskThreshold ?? 0, threshold);
  return rows;
}

function declaredConfidences(predictions: readonly Prediction[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const { task_id, success_probability } of predictions) {
    highest.set(task_id, Math.max(highest.get(task_id) ?? 0, success_probability));
  }
  return highest;
}
