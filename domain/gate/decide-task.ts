/**
 * The task gate's decision on one attempt of one task.
 *
 *   a person rejected                                    → rejected
 *   needs a person, nobody answered yet                  → waiting (a low confidence too: a person may override it)
 *   needs a person, nobody answered in time              → deferred; silence never approves
 *   confidence below the threshold, no override          → deferred
 *   confidence below the threshold, approver overrides   → approved, recorded as an override
 *   else                                                 → approved
 */
import type { Approval, GateDecision } from '../model/records.ts';
import type { RiskLevel } from '../model/task.ts';

export type GateAnswer =
  | {
      verdict: 'approved' | 'rejected';
      approver: string;
      /** True: a signature proved who the approver is. */
      verified: boolean;
      reason: string | null;
      override: boolean;
    }
  | { verdict: 'expired' };

export interface TaskFacts {
  task_id: string;
  /** Counted from 1 over all agents. */
  attempt: number;
  risk_level: RiskLevel;
  /** min(declared, calibrated), 0–1. */
  confidence: number;
  threshold: number;
  needsPerson: boolean;
  /** Null: nobody was asked, or nobody answered yet. */
  answer: GateAnswer | null;
}

export function decideTask(facts: TaskFacts): GateDecision | 'waiting' {
  const { answer, confidence, threshold } = facts;
  if (answer?.verdict === 'rejected') {
    return decision(facts, 'rejected', `rejected by ${answer.approver}${because(answer.reason)}`);
  }
  if (facts.needsPerson && answer === null) return 'waiting';
  if (facts.needsPerson && answer?.verdict === 'expired') {
    return decision(
      facts,
      'deferred',
      `${facts.risk_level} risk needs a person's approval and nobody answered in time`,
    );
  }
  const approval = answer?.verdict === 'approved' ? answer : null;
  const by = approval ? `, approved by ${approval.approver}${because(approval.reason)}` : '';
  // Written so that a confidence that is no number never passes.
  if (confidence >= threshold) {
    return decision(facts, 'approved', `confidence ${shown(confidence)} reaches ${shown(threshold)}${by}`);
  }
  const below = `confidence ${shown(confidence)} is below the ${facts.risk_level} threshold ${shown(threshold)}`;
  if (approval?.override) {
    return decision(facts, 'approved', `${below}, let pass by ${approval.approver}${because(approval.reason)}`);
  }
  return decision(facts, 'deferred', approval ? `${below}; ${approval.approver} approved without override` : below);
}

/** Why the same agent was let begin another attempt. */
export function repeatReason(
  { attempt, confidence, threshold }: Pick<TaskFacts, 'attempt' | 'confidence' | 'threshold'>,
  approver: string | null,
): string {
  const held = `${shown(confidence)} ${confidence >= threshold ? 'reaches' : 'is below'} ${shown(threshold)}`;
  return `checked again before attempt ${attempt}: confidence ${held}${approver === null ? '' : `, approved by ${approver}`}`;
}

function decision(facts: TaskFacts, approval: Approval, reason: string): GateDecision {
  const { task_id, attempt, risk_level, confidence, threshold, answer } = facts;
  const answered = answer?.verdict === 'expired' ? null : answer;
  return {
    task_id,
    attempt,
    risk_level,
    confidence,
    threshold,
    approval,
    reason,
    approver: answered?.approver ?? null,
    verified: answered?.verified ?? false,
    override: approval === 'approved' && !(confidence >= threshold),
  };
}

function because(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}

/** Cut, not rounded, to four decimals: 0.89996 must not read as the 0.9 that it fails to reach. */
function shown(value: number): string {
  return String(Math.floor(value * 1e4 + 1e-6) / 1e4);
}
