import * as z from 'zod';
import type { ForecastRecord, ForecastScore } from '../domain/simulation/forecast.ts';
import { idSchema } from './identifiers.ts';
import { at, count, interval, riskLevel, sha256, stamp, wave } from './output-records.ts';

const value = z.strictObject({ median: z.number(), interval }).meta({ description: 'Over the replicas.' });

export const forecastRecord = z.strictObject({
  ...stamp,
  wave,
  forecast_at: z.number().meta({ description: 'Epoch milliseconds.' }),
  tasks_sha256: sha256.meta({ description: "Names the wave's tasks and their generations." }),
  replicas: count,
  tasks: count,
  makespan_ms: value,
  success_rate: value.nullable(),
  completed: value,
  deferred: count,
  approvals: z.array(
    z.strictObject({ request: z.string(), risk_level: riskLevel, tasks: count, below_threshold: count }),
  ),
  agents: z.array(z.strictObject({ agent_id: idSchema, tasks: value, busy_ms: value })),
}) satisfies z.ZodType<ForecastRecord>;

const score = z.strictObject({ forecast: value, actual: z.number(), inside: z.boolean() });

export const forecastScoreRecord = z.strictObject({
  ...stamp,
  wave,
  forecast_execution_id: z.string().min(1),
  makespan_ms: score,
  completed: score,
  success_rate: score.nullable(),
  timestamp: at,
}) satisfies z.ZodType<ForecastScore>;
