/** The line that records one attempt, with its verdict: the same for a real executor and the simulator. */
import { confidenceAfterFailures, verdictOf } from '../dispatch/verdict.ts';
import { invariant } from '../model/invariant.ts';
import type { AgentAnswer, AttemptLine } from '../model/outcome.ts';
import type { LaneRow } from '../model/plan.ts';
import type { WaveSettings } from './settings.ts';

export interface AttemptCourse {
  /** The row's place in its lane, and the plan that put it there. */
  position: number;
  planVersion: number;
  /** Failed attempts before this one since the row was planned. */
  failures: number;
  startedAt: number;
  finishedAt: number;
  answer: AgentAnswer;
  /** Where a long output was put, and the digest of any output. */
  outputRef?: string | null;
  outputSha256?: string | null;
}

/** The key under which an agent may recognise a task it has already done: the same in every attempt, agent and run. */
export function idempotencyKey(dataset: string, taskId: string, generation: number): string {
  return `${dataset}/${taskId}/${generation}`;
}

export function attemptLine(settings: WaveSettings, row: LaneRow, course: AttemptCourse): AttemptLine {
  const parameters = settings.parameters[row.agent_id];
  invariant(parameters, `agent ${row.agent_id} has no parameters`);
  const { answer, failures } = course;
  const attempt = row.attempts_used + failures + 1;
  const success = answer.status === 'completed';
  // The row's confidence has counted the failures from before it was planned.
  const { attempts_used: before } = row;
  const confidence = (count: number) =>
    confidenceAfterFailures(row.confidence, row.risk_level, before + count, settings.gate.retryPenalties, before);
  return {
    position: course.position,
    task_id: row.task_id,
    agent_id: row.agent_id,
    plan_version: course.planVersion,
    risk_level: row.risk_level,
    task_type: row.task.task_type,
    attempt,
    status: answer.status,
    verdict: verdictOf({
      success,
      copy: row.copy === true,
      attempt,
      attemptHere: row.attempts_here + failures + 1,
      maxAttempts: settings.limits.maxAttempts,
      retryThreshold: parameters.retry_threshold,
      nextConfidence: confidence(failures + 1),
      threshold: row.threshold,
      override: row.override,
    }),
    started_at: course.startedAt,
    finished_at: course.finishedAt,
    confidence: confidence(failures),
    threshold: row.threshold,
    speed_multiplier: parameters.speed_multiplier,
    declared: row.declared,
    declared_ms: row.declared_ms,
    predicted_ms: row.predicted_ms,
    agent_confidence: answer.confidence ?? null,
    cost: answer.cost ?? null,
    error: answer.error ?? null,
    output: course.outputRef ? null : (answer.output ?? null),
    output_ref: course.outputRef ?? null,
    output_sha256: course.outputSha256 ?? null,
    idempotency_key: idempotencyKey(settings.dataset, row.task_id, row.task.generation),
    ...(row.copy ? { copy: true } : {}),
  };
}
