import * as z from 'zod';
import type { ForecastRecord } from '../domain/simulation/forecast.ts';
import type { ForecastScore } from '../domain/simulation/forecast-score.ts';
import { idSchema } from './identifiers.ts';
import { at, count, interval, riskLevel, sha256, stamp, wave } from './output-records.ts';

const value = z
  .strictObject({
    median: z.number(),
    interval: interval.meta({ description: '95 %.' }),
    interval_80: interval.meta({ description: '80 %.' }),
  })
  .meta({ description: 'Over the replicas.' });

export const forecastRecord = z.strictObject({
  ...stamp,
  wave,
  forecast_at: z.number().meta({ description: 'Epoch milliseconds.' }),
  inputs_sha256: sha256.meta({
    description:
      'Names what the wave was asked for and what is declared of it: a live wave of the same is scored against the forecast.',
  }),
  replicas: count.meta({ description: 'Fewer than 39: the 95 % intervals are from the least to the greatest.' }),
  tasks: count,
  makespan_ms: value.meta({ description: 'First dispatch to last outcome, pauses and waits for people taken out.' }),
  success_rate: value.nullable(),
  throughput: value.nullable().meta({ description: 'Completed tasks per second of makespan, as the metric.' }),
  completed: value,
  deferred: count,
  approval_requests: value.meta({ description: 'Requests that people will be asked to answer.' }),
  approval_tasks: value.meta({ description: 'Tasks in these requests.' }),
  approvals: z.array(
    z.strictObject({ request: z.string(), risk_level: riskLevel, tasks: count, below_threshold: count }),
  ),
  agents: z.array(z.strictObject({ agent_id: idSchema, tasks: value, busy_ms: value })),
}) satisfies z.ZodType<ForecastRecord>;

const score = z.strictObject({
  forecast: value,
  actual: z.number(),
  inside: z.boolean().meta({ description: 'Within the 95 % interval, ends included.' }),
  inside_80: z.boolean().meta({ description: 'Within the 80 % interval, ends included.' }),
});
const scoreOrNull = score.nullable();
const asked = scoreOrNull.meta({ description: 'Null also where none was expected and none was asked.' });

export const forecastScoreRecord = z.strictObject({
  ...stamp,
  wave,
  forecast_execution_id: z.string().min(1),
  makespan_ms: scoreOrNull,
  success_rate: scoreOrNull,
  throughput: scoreOrNull,
  completed: scoreOrNull,
  approval_requests: asked,
  approval_tasks: asked,
  timestamp: at,
}) satisfies z.ZodType<ForecastScore>;
