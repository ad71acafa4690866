import assert from 'node:assert/strict';
import type * as z from 'zod';
import { approvalAnswerSchema } from '../../contracts/messages.ts';
import { publishedSchemas } from '../../contracts/json-schema.ts';
import type { evidenceRecord } from '../../contracts/output-files.ts';
import { OUTPUT_FILES, ledgerEntry, outputFileFor } from '../../contracts/output-files.ts';
import * as record from '../../contracts/output-records.ts';
import type { WaveEvidence } from '../../domain/model/evidence.ts';
import type * as Records from '../../domain/model/records.ts';

// `satisfies` in the schemas says that what they let pass fits the model; here, that the model's records fit them.
type Fits<Model, Schema extends z.ZodType> = Model extends z.output<Schema> ? true : never;
const modelFits: [
  Fits<Records.MetricRecord, typeof record.metricRecord>,
  Fits<Records.AnomalyRecord, typeof record.anomalyRecord>,
  Fits<Records.HealthRecord, typeof record.healthRecord>,
  Fits<Records.LearningSignalRecord, typeof record.learningSignalRecord>,
  Fits<Records.RecommendationRecord, typeof record.recommendationRecord>,
  Fits<Records.TunedParametersRecord, typeof record.tunedParametersRecord>,
  Fits<Records.GateDecisionRecord, typeof record.gateDecisionRecord>,
  Fits<Records.MoveRecord, typeof record.moveRecord>,
  Fits<Records.ScheduleRecord, typeof record.scheduleRecord>,
  Fits<Records.OutcomeRecord, typeof record.outcomeRecord>,
  Fits<Records.DeadLetterRecord, typeof record.deadLetterRecord>,
  Fits<Records.SummaryRecord, typeof record.summaryRecord>,
  Fits<WaveEvidence & Records.Stamp, typeof evidenceRecord>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true];

const metric: Records.MetricRecord = {
  execution_id: 'r1',
  dry_run: false,
  metric_name: 'success_rate',
  wave: 1,
  value: 0.9,
  unit: 'ratio',
  target_value: 0.9,
  status: 'normal',
  sample_size: 20,
  interval: [0.7, 0.97],
  timestamp: '2026-03-02T08:15:30.000Z',
};

describe('output records', () => {
  it('fit the model types both ways', () => {
    assert.equal(modelFits.length, 13);
  });

  it('are strict: a field more or less is refused', () => {
    assert.ok(record.metricRecord.safeParse(metric).success);
    assert.ok(!record.metricRecord.safeParse({ ...metric, extra: 1 }).success);
    for (const field of Object.keys(metric)) {
      const { [field as keyof typeof metric]: _left, ...less } = metric;
      assert.ok(!record.metricRecord.safeParse(less).success, field);
    }
  });

  it('bound parameters as the contract does', () => {
    const start = { speed_multiplier: 1, retry_threshold: 3, confidence_weight: 1, max_parallel_tasks: 2 };
    const accepts = (change: object) => record.parametersSchema.safeParse({ ...start, ...change }).success;
    assert.deepEqual(
      [0.49, 0.5, 1.3, 1.31].map((speed_multiplier) => accepts({ speed_multiplier })),
      [false, true, true, false],
    );
    assert.deepEqual(
      [0, 1, 5, 6, 2.5].map((retry_threshold) => accepts({ retry_threshold })),
      [false, true, true, false, false],
    );
    assert.deepEqual(
      [0.49, 0.5, 1.2, 1.21].map((confidence_weight) => accepts({ confidence_weight })),
      [false, true, true, false],
    );
  });

  it('are found by file name, wherever the file lies', () => {
    assert.equal(outputFileFor('phase22/metrics.jsonl')?.schema, record.metricRecord);
    assert.equal(outputFileFor('phase22/runs/r1/wave_2/agent_0/outcomes.jsonl')?.schema, record.outcomeRecord);
    assert.equal(outputFileFor('phase22/ledger/12.json')?.schema, ledgerEntry);
    assert.equal(outputFileFor('phase22/ledger/x.json'), null);
    assert.equal(outputFileFor('phase22/report.html'), null);
    assert.equal(new Set(OUTPUT_FILES.map(({ name }) => name)).size, OUTPUT_FILES.length);
  });

  it('have published schemas with names of their own', () => {
    const names = publishedSchemas().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[A-Za-z0-9-]+$/);
  });

  it('let an approval override only with a reason', () => {
    const answer = { request: 'w2-g1', digest: `sha256:${'a'.repeat(64)}`, approver: 'ops' };
    assert.ok(approvalAnswerSchema.safeParse(answer).success);
    assert.ok(!approvalAnswerSchema.safeParse({ ...answer, override: true }).success);
    assert.ok(approvalAnswerSchema.safeParse({ ...answer, override: true, reason: 'known good' }).success);
    assert.ok(!approvalAnswerSchema.safeParse({ ...answer, digest: 'sha256:12' }).success);
    assert.ok(!approvalAnswerSchema.safeParse({ request: 'w2-g1', approver: 'ops' }).success);
  });

  it('describe the signature of an approval', () => {
    const answer = { request: 'w2-g1', digest: `sha256:${'a'.repeat(64)}`, approver: 'ops' };
    const good = { nonce: 'nonce_-1', expires: '2026-01-31T12:00:00Z', value: Buffer.alloc(64).toString('base64') };
    const accepts = (signature: unknown) => approvalAnswerSchema.safeParse({ ...answer, signature }).success;
    assert.ok(accepts(good));
    const wrong = [
      { nonce: 'short' },
      { expires: '2026-02-30T12:00:00Z' },
      { expires: 'x' },
      { value: 'AAAA' },
      { x: 1 },
    ];
    for (const part of wrong) assert.ok(!accepts({ ...good, ...part }), JSON.stringify(part));
    assert.ok(!accepts('text'));
  });
});
