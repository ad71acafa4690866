import * as z from 'zod';
import type { WaveEvidence } from '../domain/model/evidence.ts';
import type { Targets } from '../domain/model/targets.ts';
import { METRIC_NAMES } from '../domain/model/targets.ts';
import { forecastRecord, forecastScoreRecord } from './forecast-records.ts';
import { idSchema } from './identifiers.ts';
import * as record from './output-records.ts';
import { at, count, metricName, sha256, stamp, wave } from './output-records.ts';

/** The bookkeeping files of the outputs, and which schema holds for which file. */

/** A line, or a whole document, that was not used. */
export const quarantineRecord = z.strictObject({
  ...stamp,
  file: z.string().min(1).meta({ description: 'Path below the data set.' }),
  line: z.int().min(1),
  reason: z.string().min(1),
  raw: z.string().meta({ description: 'The first 500 bytes.' }),
  timestamp: at,
});
export type QuarantineRecord = z.output<typeof quarantineRecord>;

/** `ledger/<n>.json`, and a line of `ledger.jsonl`: one commit. */
export const ledgerEntry = z.strictObject({
  entry: z.int().min(1),
  kind: z.enum(['open', 'wave', 'close']),
  epoch: z.int().min(1).meta({ description: 'Of the lease of the data set.' }),
  execution_id: z.string().min(1),
  wave: wave.nullable(),
  at,
  files: z.array(z.strictObject({ path: z.string().min(1), sha256, records: count.nullable() })),
  previous: sha256.nullable().meta({ description: 'Hash of the entry before; null in the first.' }),
  status: z.string().nullable(),
});

const acknowledged = z.strictObject({
  applied: count,
  rejected: count,
  unknown: count.meta({ description: 'Of signals that no committed wave sent to the phase: counted here alone.' }),
});

/** What was read for a wave, and what of it was of use. */
export const inputsRecord = z.strictObject({
  ...stamp,
  wave: wave.nullable(),
  files: z.array(z.strictObject({ path: z.string().min(1), present: z.boolean(), records: count, rejected: count })),
  joins: z.record(z.string(), count).meta({
    description:
      'Rows that found, or did not find, their counterpart. An outcome of a task that is not predicted (any more) counts for its agent all the same, at risk UNKNOWN and without a time.',
  }),
  heuristics: z
    .strictObject({ applied: z.array(z.string()), skipped: z.array(z.string()), misread: z.array(z.string()) })
    .meta({
      description: 'Each with what it did, or why it was not applied; `misread`: of those, rules that make no sense.',
    }),
  acknowledgements: z
    .strictObject({ phase16: acknowledged, phase18: acknowledged, phase20: acknowledged })
    .meta({ description: 'What the phases said so far of the signals of all runs.' }),
  notes: z.array(z.string()).meta({ description: 'What else a reader should know, in sentences.' }),
  timestamp: at,
});
export type InputsRecord = z.output<typeof inputsRecord>;

const moment = z.number().meta({ description: 'Epoch milliseconds.' });
const span = z.strictObject({ from: moment, to: moment });
const targets = z.strictObject(
  Object.fromEntries(METRIC_NAMES.map((name) => [name, z.number().gt(0)])) as Record<keyof Targets, z.ZodNumber>,
);

const evidenceFields = {
  wave,
  targets,
  released: count,
  deferred: count,
  rejected: count,
  released_at: moment.nullable(),
  first_dispatch_at: moment.nullable(),
  last_outcome_at: moment.nullable(),
  pauses: z.array(span),
  agents: z.array(
    z.strictObject({
      agent_id: idSchema,
      slots: z.int().min(1),
      max_parallel_tasks: z.int().min(1),
      up: z.array(span),
      breaker: z.enum(['closed', 'open', 'half_open']),
      trips: count,
    }),
  ),
  answers: z.array(
    z.strictObject({
      at: moment,
      verdict: z.enum(['approved', 'rejected']),
      request: z.string(),
      digest: z.string(),
      approver: z.string(),
      reason: z.string().nullable(),
      override: z.boolean(),
      verified: z.boolean(),
      signature: z.strictObject({ nonce: z.string(), expires: z.string(), value: z.string() }).nullable(),
      refused: z.string().nullable().meta({ description: 'Why it released nothing; null: it counted.' }),
    }),
  ),
  copies: z.strictObject({ begun: count, won: count, discarded: count, discarded_ms: count }),
  first_plan: z.array(z.strictObject({ task_id: idSchema, agent_id: idSchema, end_ms: z.number() })),
  first_plan_makespan_ms: z.number(),
  drifted: z
    .array(z.strictObject({ agent_id: idSchema, became: z.enum(['slower', 'faster']) }))
    .meta({ description: 'Agents that were found to have become slower or faster than they were.' }),
  signals: z.array(
    z.strictObject({
      signal_id: z.string().min(1),
      metric: metricName,
      before: z.number().nullable(),
      acknowledgement: z.enum(['applied', 'rejected']).nullable(),
    }),
  ),
  rollouts: z.array(
    z.strictObject({
      wave,
      strategy: z.string(),
      metric: z.enum([...METRIC_NAMES, 'load_balance', 'retry_rate']),
      target: z.number(),
      without: z.number(),
      with: z.number(),
      observed: z.number().nullable(),
    }),
  ),
};
/** `wave_N/evidence.json`: what a recomputation of the metrics needs beyond the outcomes. */
export const evidenceRecord = z.strictObject({ ...stamp, ...evidenceFields }) satisfies z.ZodType<WaveEvidence>;

/** A file of the outputs: its name, whether it holds lines or one document, its schema, and what it is for. */
export interface OutputFile {
  name: string;
  format: 'jsonl' | 'json';
  schema: z.ZodType;
  holds: string;
}

const file = (name: string, schema: z.ZodType, holds: string): OutputFile => ({
  name,
  format: name.endsWith('.jsonl') ? 'jsonl' : 'json',
  schema,
  holds,
});

/** By file name; the folder does not matter. `ledger/*.json` stands for the entries one by one. */
export const OUTPUT_FILES: readonly OutputFile[] = [
  file('metrics.jsonl', record.metricRecord, 'The seven metrics, per wave.'),
  file('anomalies.jsonl', record.anomalyRecord, 'Metrics that missed their trigger, with evidence.'),
  file('system_health.json', record.healthRecord, 'Health of the latest wave.'),
  file('learning_signals.jsonl', record.learningSignalRecord, 'Feedback to phases 16, 18 and 20.'),
  file('phase22_feedback.jsonl', record.learningSignalRecord, 'The same, published to the phase it is for.'),
  file('meta_optimization_recommendations.jsonl', record.recommendationRecord, 'The strategy of each wave, and why.'),
  file('gate_decisions.jsonl', record.gateDecisionRecord, 'What the task gate decided.'),
  file('schedule_moves.jsonl', record.moveRecord, 'Tasks that changed agent, and why.'),
  file('dead_letters.jsonl', record.deadLetterRecord, 'Tasks that failed for good.'),
  file('quarantine.jsonl', quarantineRecord, 'Input lines that were not used, and why.'),
  file('adjusted_schedule.jsonl', record.scheduleRecord, 'The plan of one agent in one wave.'),
  file('tuned_parameters.jsonl', record.tunedParametersRecord, 'The parameters of one agent in one wave.'),
  file('outcomes.jsonl', record.outcomeRecord, 'The attempts of one agent in one wave.'),
  file('inputs.json', inputsRecord, 'What was read, and what of it was of use.'),
  file('evidence.json', evidenceRecord, 'What a recomputation of the metrics needs beyond the outcomes.'),
  file('forecast.json', forecastRecord, 'What a dry run expects of a wave.'),
  file('forecast_vs_actual.json', forecastScoreRecord, 'The latest forecast of the same plan, against what happened.'),
  file('phase22_summary.json', record.summaryRecord, 'One run in numbers.'),
  file('ledger.jsonl', ledgerEntry, 'Every commit, in order.'),
  file('ledger/*.json', ledgerEntry, 'One commit.'),
];

/** The output file that a path below `phase22/`, or of a phase's feedback, is; null for a file without a schema. */
export function outputFileFor(path: string): OutputFile | null {
  const parts = path.split('/');
  const base = parts.at(-1) ?? '';
  const name = parts.at(-2) === 'ledger' && /^\d+\.json$/.test(base) ? 'ledger/*.json' : base;
  return OUTPUT_FILES.find((output) => output.name === name) ?? null;
}
