import assert from 'node:assert/strict';
import type { LaneRow } from '../../../domain/model/plan.ts';
import { attemptLine, idempotencyKey } from '../../../domain/wave/attempt-line.ts';
import { agent, settings, task } from '../../simulation/small-wave.ts';

const ROW: LaneRow = {
  task_id: 't1',
  agent_id: 'a',
  priority: 1,
  risk_level: 'LOW',
  declared: 0.9,
  predicted_success: 0.8,
  confidence: 0.8,
  declared_ms: 1000,
  predicted_ms: 900,
  start_ms: 0,
  end_ms: 900,
  attempts_used: 0,
  attempts_here: 0,
  task: task('t1', { generation: 2 }),
  threshold: 0.5,
  override: false,
};
const COURSE = { position: 3, planVersion: 2, failures: 0, startedAt: 100, finishedAt: 250 };
const penalty = { risk_levels: ['LOW' as const], confidence_penalty: -0.1, max_retries: 3 };
const gate = { mediumNeedsApproval: false, highRiskThreshold: null, retryPenalties: [penalty] };

describe('attempt line', () => {
  it('counts attempts over all agents, and judges by those made here', () => {
    const row = { ...ROW, attempts_used: 3, attempts_here: 1 };
    const line = attemptLine(settings([agent('a')]), row, { ...COURSE, failures: 1, answer: { status: 'failed' } });
    assert.deepEqual([line.attempt, line.verdict, line.position, line.plan_version], [5, 'exhausted', 3, 2]);
  });

  it('names the confidence that this attempt was held against, and judges by that of the next', () => {
    const at = (failures: number) =>
      attemptLine(
        settings([agent('a')], { gate }, { retry_threshold: 5 }),
        { ...ROW, threshold: 0.65 },
        {
          ...COURSE,
          failures,
          answer: { status: 'failed', error: 'no' },
        },
      );
    assert.deepEqual([at(0).confidence, at(0).verdict], [0.8, 'retry']);
    assert.ok(Math.abs(at(1).confidence - 0.7) < 1e-12);
    assert.equal(at(1).verdict, 'regate');
  });

  it('does not take off again what the plan has taken off', () => {
    const row = { ...ROW, confidence: 0.6, attempts_used: 2 };
    const answer = { status: 'completed' as const };
    assert.equal(attemptLine(settings([agent('a')], { gate }), row, { ...COURSE, answer }).confidence, 0.6);
  });

  it('keeps what the agent said, and puts a long output in one place only', () => {
    const answer = { status: 'completed' as const, confidence: 0.7, cost: 2, output: { n: 1 } };
    const short = attemptLine(settings([agent('a')]), ROW, { ...COURSE, answer, outputSha256: 'x' });
    assert.deepEqual([short.agent_confidence, short.cost, short.output, short.output_ref], [0.7, 2, { n: 1 }, null]);
    const long = attemptLine(settings([agent('a')]), ROW, { ...COURSE, answer, outputRef: 'f', outputSha256: 'x' });
    assert.deepEqual([long.output, long.output_ref, long.output_sha256], [null, 'f', 'x']);
  });

  it('has the same key in every attempt, agent and run', () => {
    assert.equal(idempotencyKey('demo', 't1', 2), 'demo/t1/2');
    const answer = { status: 'failed' as const };
    const keys = [0, 1].map(
      (failures) => attemptLine(settings([agent('a')]), ROW, { ...COURSE, failures, answer }).idempotency_key,
    );
    assert.deepEqual(keys, ['demo/t1/2', 'demo/t1/2']);
  });
});
