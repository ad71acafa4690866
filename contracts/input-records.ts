import * as z from 'zod';
import {
  anyJson,
  name,
  optionalCount,
  optionalDelta,
  optionalNumber,
  optionalProbability,
  optionalText,
  optionalTimestamp,
  optionalWave,
  priority,
  probability,
  readRisk,
  waveNumber,
} from './input-fields.ts';
import { idSchema } from './identifiers.ts';
import { outcomeSchema } from './outcome-row.ts';
import { zodReason } from './zod-problems.ts';

/** What upstream writes, one schema per record. Fields that are not named here are ignored. */

const optionalId = idSchema.nullish().transform((value) => value ?? null);

/** `phase20/…/predicted_tasks.jsonl`. `risk_level` is null where the row says nothing of risk. */
export const predictedTaskSchema = z
  .object({
    task_id: idSchema,
    agent_id: optionalId.meta({ description: 'Absent: the row holds for every agent.' }),
    predicted_success_probability: probability,
    confidence_delta_estimate: optionalDelta,
    predicted_execution_time: z
      .number('a number above 0')
      .gt(0, 'a number above 0')
      .meta({ description: 'In the unit of phase22/agents.json; ms by default.' }),
    risk_assessment: z
      .unknown()
      .optional()
      .meta({ description: 'LOW, MEDIUM or HIGH in any case; anything else is UNKNOWN.' }),
    risk_level: z
      .unknown()
      .optional()
      .meta({ description: 'The same under another name; risk_assessment goes first.' }),
    priority,
    payload: anyJson,
    task_type: optionalText,
    capabilities: z
      .array(name)
      .nullish()
      .transform((value) => value ?? []),
    timestamp: optionalTimestamp,
  })
  .transform(({ risk_assessment, risk_level, ...row }) => {
    const risk = risk_assessment ?? risk_level ?? null;
    return { ...row, risk_level: risk === null ? null : readRisk(risk) };
  });
export type PredictedTask = z.output<typeof predictedTaskSchema>;

/** `phase20/…/predicted_schedule.jsonl`. */
export const predictedScheduleSchema = z.object({
  task_id: idSchema,
  agent_id: optionalId,
  wave: waveNumber,
  predicted_start_time: optionalNumber,
  predicted_end_time: optionalNumber,
  priority,
  status: optionalText,
});
export type PredictedSchedule = z.output<typeof predictedScheduleSchema>;

/** `phase20/metrics.jsonl`. */
export const predictionMetricSchema = z.object({
  metric_name: name,
  value: z.number('a number'),
  target_value: optionalNumber,
  status: optionalText,
  timestamp: optionalTimestamp,
});

/** `phase20/anomalies.jsonl`. */
export const predictionAnomalySchema = z.object({
  anomaly_type: name,
  severity: name,
  affected_waves: z
    .array(waveNumber)
    .nullish()
    .transform((value) => value ?? []),
  affected_agents: z
    .array(name)
    .nullish()
    .transform((value) => value ?? []),
});

/** `phase20/learning_signals.jsonl`. */
export const predictionSignalSchema = z.object({
  feedback_type: name,
  confidence: probability,
  description: optionalText,
  recommendation: optionalText,
});

/** `phase21/metrics.jsonl`. */
export const executionMetricSchema = z.object({
  metric_name: name,
  wave: optionalWave,
  value: z.number('a number'),
  timestamp: optionalTimestamp,
});
export type ExecutionMetric = z.output<typeof executionMetricSchema>;

/** `phase21/wave_N/learning_signals.jsonl`; a row of another `signal_type` is `other`. */
export const executionSignalSchema = z
  .object({ signal_type: name, wave: optionalWave, content: z.unknown().optional() })
  .transform((row, context) => {
    const parse = <T>(schema: z.ZodType<T>): T => {
      const parsed = schema.safeParse(row.content);
      if (parsed.success) return parsed.data;
      for (const issue of parsed.error.issues) {
        context.addIssue({ code: 'custom', path: ['content', ...issue.path], message: issue.message });
      }
      return z.NEVER;
    };
    if (row.signal_type === 'agent_performance') {
      return { signal_type: row.signal_type, wave: row.wave, content: parse(agentPerformanceSchema) } as const;
    }
    if (row.signal_type === 'prediction_validation') {
      return { signal_type: row.signal_type, wave: row.wave, content: parse(predictionValidationSchema) } as const;
    }
    return { signal_type: 'other', wave: row.wave, content: null } as const;
  });
const agentPerformanceSchema = z.object({
  agent_id: idSchema,
  task_id: idSchema,
  success: z.boolean('true or false'),
  confidence_delta: optionalNumber,
  retry_count: optionalCount,
});
const predictionValidationSchema = z.object({
  task_id: idSchema,
  predicted_success: optionalProbability,
  actual_success: optionalProbability,
  error_margin: optionalNumber,
});
export type ExecutionSignal = z.output<typeof executionSignalSchema>;

const healthSchema = z.object(
  { health_score: optionalNumber, success_rate: optionalProbability, load_balance: optionalProbability },
  'an object, or a list of objects',
);
/** `phase21/wave_N/system_health.json`: one object, or a list of which the last counts. */
export const executionHealthSchema = z
  .union([healthSchema, z.array(healthSchema).min(1, 'at least one object')], 'an object, or a list of objects')
  .transform((value) => (Array.isArray(value) ? (value.at(-1) ?? value[0]) : value))
  .transform((value) => value ?? { health_score: null, success_rate: null, load_balance: null });
export type ExecutionHealth = z.output<typeof executionHealthSchema>;

/** `phase16/heuristics.jsonl`. Which rules are known is the domain's matter. */
export const heuristicSchema = z.object({
  heuristic_id: name,
  category: name,
  rule: anyJson.meta({ description: 'In one of four shapes: see "What phase 16 can ask for" in learning.md.' }),
  confidence: probability,
  applicability: anyJson.meta({ description: 'What the rule is limited to, as its condition says it.' }),
  expected_improvement: optionalNumber,
});
export type HeuristicRecord = z.output<typeof heuristicSchema>;

const retryRate = z
  .number('a number from 0')
  .min(0, 'a number from 0')
  .nullish()
  .transform((value) => value ?? null);

/** `phase18/multi_agent_summary.json`. */
export const multiAgentSummarySchema = z.object({
  total_agents: optionalCount,
  success_rate: optionalProbability,
  avg_execution_time_ms: retryRate,
  retry_rate: retryRate,
  agent_performance: z
    .record(
      idSchema,
      z.object({
        success_rate: optionalProbability,
        retry_rate: retryRate,
        avg_confidence_delta: optionalNumber,
      }),
    )
    .nullish()
    .transform((value) => value ?? {}),
});
export type MultiAgentSummary = z.output<typeof multiAgentSummarySchema>;

/** `phaseNN/phase22_ack.jsonl`: what a phase did with a learning signal. */
export const acknowledgementSchema = z.object({
  signal_id: name,
  status: z.enum(['applied', 'rejected'], '"applied" or "rejected"'),
  effect: anyJson,
});
export type Acknowledgement = z.output<typeof acknowledgementSchema>;

/** Every input record by the file it comes from. */
export const INPUT_FILES = {
  'phase16/heuristics.jsonl': heuristicSchema,
  'phase18/multi_agent_summary.json': multiAgentSummarySchema,
  'phase20/predicted_tasks.jsonl': predictedTaskSchema,
  'phase20/predicted_schedule.jsonl': predictedScheduleSchema,
  'phase20/metrics.jsonl': predictionMetricSchema,
  'phase20/anomalies.jsonl': predictionAnomalySchema,
  'phase20/learning_signals.jsonl': predictionSignalSchema,
  'phase21/execution_outcomes.jsonl': outcomeSchema,
  'phase21/metrics.jsonl': executionMetricSchema,
  'phase21/wave_N/learning_signals.jsonl': executionSignalSchema,
  'phase21/wave_N/system_health.json': executionHealthSchema,
  'phaseNN/phase22_ack.jsonl': acknowledgementSchema,
} as const;

export type RowParser<T> = (value: unknown) => { ok: true; value: T } | { ok: false; reason: string };

/** A schema as the readers take it: the value, or the reason for the quarantine. */
export function rowParser<T>(schema: z.ZodType<T>): RowParser<T> {
  return (value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: zodReason(parsed.error, value) };
  };
}
