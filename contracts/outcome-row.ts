import * as z from 'zod';
import { optionalCount, optionalProbability, optionalTimestamp, optionalWave } from './input-fields.ts';
import { idSchema } from './identifiers.ts';

/** An outcome of phase 21 in one shape, whichever family it was written in. */
export interface OutcomeRow {
  task_id: string;
  agent_id: string | null;
  wave: number | null;
  success: boolean;
  /** Attempts that the row speaks for, from 1. */
  attempts: number;
  execution_time_ms: number | null;
  /** `execution_time` of the families without a unit in the field's name: in the unit of the predictions. */
  execution_time: number | null;
  predicted_success: number | null;
  /** True: a gate held the task back; it says nothing of its agent. */
  deferred: boolean;
  /** Epoch milliseconds. */
  timestamp: number | null;
}

const duration = z
  .number('a number from 0')
  .min(0, 'a number from 0')
  .nullish()
  .transform((value) => value ?? null);

const fields = z.object({
  task_id: idSchema,
  agent_id: idSchema.nullish().transform((value) => value ?? null),
  wave: optionalWave,
  status: z.string('text').nullish().meta({ description: 'success, completed, failed or deferred; first family.' }),
  execution_time_ms: duration,
  attempts: z.int('a whole number from 1').min(1, 'a whole number from 1').nullish(),
  retries: optionalCount,
  confidence_before: optionalProbability,
  confidence_after: optionalProbability,
  confidence_delta: z.number('a number').nullish(),
  initial_confidence: optionalProbability,
  final_confidence: optionalProbability,
  predicted_success: optionalProbability,
  actual_success: z
    .union([z.boolean(), z.number().min(0).max(1)], 'true, false or a number from 0 to 1')
    .nullish()
    .meta({ description: 'From 0.5 on a success; second family.' }),
  predicted_vs_actual_error: z.number('a number').nullish(),
  execution_time: duration.meta({ description: 'In the unit of phase22/agents.json.' }),
  start_time: optionalTimestamp,
  end_time: optionalTimestamp,
  retry_count: optionalCount,
  success: z.boolean('true or false').nullish().meta({ description: 'Third family.' }),
  timestamp: optionalTimestamp,
});
type Fields = z.output<typeof fields>;

const STATUS_SUCCESS: Readonly<Record<string, boolean>> = {
  success: true,
  completed: true,
  failed: false,
  deferred: false,
};

/** Whether the row tells a success: by `success`, else `actual_success`, else `status`; null where none is met. */
function successOf(row: Fields): boolean | null {
  if (typeof row.success === 'boolean') return row.success;
  if (typeof row.actual_success === 'boolean') return row.actual_success;
  if (typeof row.actual_success === 'number') return row.actual_success >= 0.5;
  const status = row.status?.toLowerCase() ?? '';
  return Object.hasOwn(STATUS_SUCCESS, status) ? (STATUS_SUCCESS[status] ?? null) : null;
}

/** `phase21/…/execution_outcomes.jsonl`: any of its three families, as an `OutcomeRow`. */
export const outcomeSchema = fields.transform((row, context): OutcomeRow => {
  const success = successOf(row);
  if (success === null) {
    const path = typeof row.status === 'string' ? ['status'] : ['success'];
    const message =
      path[0] === 'status' ? '"success", "completed", "failed" or "deferred"' : 'status, actual_success or success';
    context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  }
  const { start_time, end_time } = row;
  if (start_time !== null && end_time !== null && end_time < start_time) {
    context.addIssue({ code: 'custom', path: ['end_time'], message: 'a time not before start_time' });
    return z.NEVER;
  }
  const measured = start_time !== null && end_time !== null ? end_time - start_time : null;
  const gateStopped = start_time !== null && end_time === null && !success;
  return {
    task_id: row.task_id,
    agent_id: row.agent_id,
    wave: row.wave,
    success,
    attempts: row.attempts ?? (row.retries ?? row.retry_count ?? 0) + 1,
    execution_time_ms: row.execution_time_ms ?? (row.execution_time === null ? measured : null),
    execution_time: row.execution_time,
    predicted_success: row.predicted_success,
    deferred: row.status?.toLowerCase() === 'deferred' || gateStopped,
    timestamp: row.timestamp ?? end_time ?? start_time,
  };
});
