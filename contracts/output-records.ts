import * as z from 'zod';
import type { ForecastCalibration } from '../domain/model/forecast.ts';
import type * as Records from '../domain/model/records.ts';
import { METRIC_NAMES } from '../domain/model/targets.ts';
import { STRATEGY_NAMES } from '../domain/model/records.ts';
import { RISK_LEVELS } from '../domain/model/task.ts';
import { KNOB_BOUNDS, PARAMETER_BOUNDS } from '../domain/model/agent.ts';
import type { KnobName, ParameterName, TunedParameters } from '../domain/model/agent.ts';
import { idSchema } from './identifiers.ts';

/** What a wave leaves behind, one strict schema per record; field names as written on disk. */

export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
export const wave = z.int().min(1);
export const at = z.iso.datetime().meta({ description: 'ISO-8601, UTC.' });
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
export const interval = z.tuple([z.number(), z.number()]);
export const stamp = { execution_id: z.string().min(1), dry_run: z.boolean() };

export const metricName = z.enum(METRIC_NAMES);
const strategyName = z.enum(STRATEGY_NAMES);
export const riskLevel = z.enum(RISK_LEVELS);
const sideName = z.enum([...METRIC_NAMES, 'load_balance', 'retry_rate']);

const bounded = (name: ParameterName) => z.number().min(PARAMETER_BOUNDS[name].min).max(PARAMETER_BOUNDS[name].max);
export const parametersSchema = z.strictObject({
  speed_multiplier: bounded('speed_multiplier'),
  retry_threshold: bounded('retry_threshold').int(),
  confidence_weight: bounded('confidence_weight'),
  max_parallel_tasks: z.int().min(1).max(64).meta({ description: 'At most the slots of the agent.' }),
}) satisfies z.ZodType<TunedParameters>;

const adjustmentNames = [...Object.keys(PARAMETER_BOUNDS), ...Object.keys(KNOB_BOUNDS)] as (ParameterName | KnobName)[];

export const metricRecord = z.strictObject({
  ...stamp,
  metric_name: metricName,
  wave,
  value: z.number().nullable(),
  unit: z.enum(['ratio', 'tasks/sec']),
  target_value: z.number(),
  status: z.enum(['normal', 'warning', 'critical', 'no_data']),
  sample_size: count,
  interval: interval.nullable().meta({ description: '95 % Wilson interval of a share, else null.' }),
  acknowledgements: z
    .exactOptional(z.strictObject({ applied: count, rejected: count, applied_value: share.nullable() }))
    .meta({ description: 'Of learning_impact: what the phases said of the signals, and the mean over those applied.' }),
  timestamp: at,
}) satisfies z.ZodType<Records.MetricRecord>;

export const anomalyRecord = z.strictObject({
  ...stamp,
  anomaly_id: z.string().min(1),
  anomaly_type: z
    .enum(['high_failure', 'schedule_drift', 'confidence_drop', 'excessive_retries', 'optimization_failure'])
    .meta({ description: 'excessive_retries: throughput misses its target, whatever the retry rate.' }),
  severity: z.enum(['low', 'medium', 'high']),
  description: z.string(),
  recommendation: z.string(),
  conclusiveness: z
    .enum(['conclusive', 'weak'])
    .meta({ description: 'conclusive: the whole 95 % interval misses the target.' }),
  evidence: z.strictObject({
    metric: metricName,
    value: z.number(),
    target: z.number(),
    sample_size: count,
    interval: interval.nullable(),
    agents: z.array(idSchema),
    risk_levels: z.array(z.enum(RISK_LEVELS)),
    drifted: z.array(idSchema),
  }),
  wave,
  timestamp: at,
}) satisfies z.ZodType<Records.AnomalyRecord>;

export const healthRecord = z.strictObject({
  ...stamp,
  wave,
  overall_health_score: z.number().min(0).max(100).nullable(),
  health_status: z.enum(['EXCELLENT', 'GOOD', 'FAIR', 'POOR', 'NO_DATA']),
  metrics: z.partialRecord(metricName, z.number().nullable()),
  anomaly_count: count,
  timestamp: at,
}) satisfies z.ZodType<Records.HealthRecord>;

export const learningSignalRecord = z.strictObject({
  ...stamp,
  signal_id: z.string().min(1),
  signal_type: z.enum(['heuristic_feedback', 'coordination_refinement', 'prediction_tuning']),
  target_phase: z.union([z.literal(16), z.literal(18), z.literal(20)]),
  confidence: share.meta({
    description: 'How well its metric is known: 1 − the width of its 95 % interval, or n ÷ (n + 10).',
  }),
  content: z
    .object({
      wave,
      metric: metricName,
      direction: z.enum(['raise', 'hold']),
      value: z.number().nullable(),
      target: z.number(),
      acknowledged: z
        .string()
        .nullable()
        .meta({ description: 'The latest acknowledgement of the phase that the wave had read when it began.' }),
    })
    .catchall(z.json())
    .meta({ description: 'More fields by type of signal: see "What the signals carry" in learning.md.' }),
  timestamp: at,
}) satisfies z.ZodType<Records.LearningSignalRecord>;

export const recommendationRecord = z.strictObject({
  ...stamp,
  wave,
  strategy: strategyName,
  adjustments: z.partialRecord(z.enum(adjustmentNames), z.number()),
  expected_impact: z
    .strictObject({
      metric: sideName,
      change: z.number().meta({ description: 'Simulated with the adjustments − without, the mean over replicas.' }),
      interval: interval.meta({ description: '95 % interval of that mean.' }),
    })
    .nullable()
    .meta({ description: 'Null: nothing is adjusted, or nothing could be simulated.' }),
  confidence: share.meta({
    description:
      'Believed probability that the adjustments bring their metric nearer to its target; without adjustments, the share of the strategies whose metric has data.',
  }),
  rationale: z.string().meta({ description: 'Each eligible strategy, with the figures that its score comes from.' }),
  timestamp: at,
}) satisfies z.ZodType<Records.RecommendationRecord>;

export const tunedParametersRecord = z.strictObject({
  ...stamp,
  agent_id: idSchema,
  wave,
  parameters: parametersSchema,
  before: parametersSchema,
  reason: z.string(),
  expected_impact: z.string(),
  timestamp: at,
}) satisfies z.ZodType<Records.TunedParametersRecord>;

export const gateDecisionRecord = z.strictObject({
  ...stamp,
  wave,
  task_id: idSchema,
  attempt: z.int().min(1),
  risk_level: riskLevel,
  confidence: share,
  threshold: z.number(),
  approval: z.enum(['approved', 'deferred', 'rejected']),
  reason: z.string(),
  approver: z.string().nullable(),
  verified: z.boolean().meta({ description: 'true only where a signature proved who approved.' }),
  override: z.boolean(),
  timestamp: at,
}) satisfies z.ZodType<Records.GateDecisionRecord>;

export const moveRecord = z.strictObject({
  ...stamp,
  wave,
  task_id: idSchema,
  from_agent: idSchema,
  to_agent: idSchema,
  reason: z.enum(['load_rebalance', 'failover_reassignment', 'retries_exhausted']),
  plan_version: z.int().min(1),
  timestamp: at,
}) satisfies z.ZodType<Records.MoveRecord>;

export const scheduleRecord = z.strictObject({
  ...stamp,
  task_id: idSchema,
  agent_id: idSchema,
  wave,
  priority: z.int().min(1),
  predicted_success: share,
  scheduled_time: at,
  predicted_end: at,
}) satisfies z.ZodType<Records.ScheduleRecord>;

export const outcomeRecord = z.strictObject({
  ...stamp,
  task_id: idSchema,
  agent_id: idSchema,
  wave,
  attempt: z.int().min(1),
  final: z.boolean().meta({ description: 'true on exactly one row per executed task.' }),
  status: z.enum(['completed', 'failed', 'cancelled']),
  risk_level: riskLevel,
  started_at: at,
  finished_at: at,
  execution_time_ms: z.number().min(0),
  confidence_before: share,
  confidence_after: share,
  agent_confidence: z.number().nullable().meta({ description: "The agent's own report; stored, never counted." }),
  retries: count,
  cost: z.number().nullable(),
  error: z.string().nullable(),
  output: z.exactOptional(z.json()),
  output_ref: z.exactOptional(z.string()),
  output_sha256: sha256.nullable(),
  idempotency_key: z.string().min(1),
}) satisfies z.ZodType<Records.OutcomeRecord>;

export const deadLetterRecord = z.strictObject({
  ...stamp,
  task_id: idSchema,
  wave,
  agent_id: idSchema.nullable(),
  attempts: count,
  reason: z.string(),
  timestamp: at,
}) satisfies z.ZodType<Records.DeadLetterRecord>;

const coverage = z.strictObject({
  waves: count.meta({ description: 'How many were scored.' }),
  inside_80: share.nullable().meta({ description: 'Share of them inside the 80 % interval; null: none was scored.' }),
  inside_95: share.nullable().meta({ description: 'Share of them inside the 95 % interval.' }),
});

const forecastCalibration = z.strictObject({
  makespan_ms: coverage,
  success_rate: coverage,
  throughput: coverage,
  completed: coverage,
  approval_requests: coverage,
  approval_tasks: coverage,
}) satisfies z.ZodType<ForecastCalibration>;

export const summaryRecord = z.strictObject({
  ...stamp,
  status: z.string().min(1),
  waves_executed: count,
  total_tasks: count,
  completed_tasks: count,
  failed_tasks: count,
  deferred_tasks: count,
  rejected_tasks: count,
  success_rate: share.nullable(),
  system_health_score: z.number().min(0).max(100).nullable(),
  start_time: at,
  end_time: at,
  learning_signals_generated: count,
  anomalies_detected: count,
  forecast_calibration: forecastCalibration.meta({
    description:
      'How often forecasts held, over all waves of the dataset scored so far, those of earlier live runs too.',
  }),
}) satisfies z.ZodType<Records.SummaryRecord>;
