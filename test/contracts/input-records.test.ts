import assert from 'node:assert/strict';
import type { ExecutionSignal } from '../../contracts/input-records.ts';
import * as input from '../../contracts/input-records.ts';
import { outcomeSchema } from '../../contracts/outcome-row.ts';

const parseTask = input.rowParser(input.predictedTaskSchema);
const task = { task_id: 't', predicted_success_probability: 0.5, predicted_execution_time: 10 };

function riskOf(fields: object) {
  const parsed = parseTask({ ...task, ...fields });
  assert.ok(parsed.ok);
  return parsed.value.risk_level;
}
function reasonOf(fields: object): string {
  const parsed = parseTask({ ...task, ...fields });
  assert.ok(!parsed.ok, JSON.stringify(fields));
  return parsed.reason;
}
function outcome(fields: object) {
  return outcomeSchema.parse({ task_id: 't', ...fields });
}

describe('input records', () => {
  it('reads a predicted task with nothing but what it must have', () => {
    assert.deepEqual(parseTask({ ...task, reasoning: 'ignored' }), {
      ok: true,
      value: {
        task_id: 't',
        agent_id: null,
        predicted_success_probability: 0.5,
        confidence_delta_estimate: null,
        predicted_execution_time: 10,
        risk_level: null,
        priority: null,
        payload: null,
        task_type: null,
        capabilities: [],
        timestamp: null,
      },
    });
  });

  it('reads risk under both names, in any case, anything else as UNKNOWN', () => {
    assert.equal(riskOf({ risk_assessment: 'MEDIUM' }), 'MEDIUM');
    assert.equal(riskOf({ risk_level: 'high' }), 'HIGH');
    assert.equal(riskOf({ risk_assessment: 'low', risk_level: 'HIGH' }), 'LOW');
    assert.equal(riskOf({ risk_level: 'severe' }), 'UNKNOWN');
    assert.equal(riskOf({ risk_assessment: 3 }), 'UNKNOWN');
  });

  it('names field, value and expectation where a predicted task breaks a rule', () => {
    const faults: [object, RegExp][] = [
      [{ predicted_success_probability: 7 }, /^predicted_success_probability: found 7, expected a number from 0 to 1$/],
      [{ predicted_success_probability: '0.5' }, /^predicted_success_probability: found "0.5"/],
      [{ predicted_success_probability: Infinity }, /found Infinity/],
      [{ predicted_execution_time: 0 }, /^predicted_execution_time: found 0, expected a number above 0$/],
      [{ confidence_delta_estimate: -1.01 }, /^confidence_delta_estimate/],
      [{ priority: 'high' }, /^priority: found "high", expected a whole number from 1$/],
      [{ priority: 0 }, /^priority: found 0/],
      [{ priority: 1.5 }, /^priority: found 1.5/],
      [{ task_id: '../x' }, /^task_id: found "..\/x"/],
      [{ task_id: 'x'.repeat(65) }, /^task_id/],
      [{ task_id: 5 }, /^task_id: found 5/],
      [{ agent_id: '' }, /^agent_id: found ""/],
      [{ capabilities: 'gpu' }, /^capabilities: found "gpu"/],
      [{ timestamp: 'yesterday' }, /^timestamp: found "yesterday"/],
    ];
    for (const [fields, reason] of faults) assert.match(reasonOf(fields), reason);
    for (const p of [0, 1]) assert.ok(parseTask({ ...task, predicted_success_probability: p }).ok);
    assert.ok(parseTask({ ...task, task_id: 'x'.repeat(64) }).ok);
  });

  it('reads the family of outcomes with a status', () => {
    const row = outcome({ wave: 1, status: 'success', execution_time_ms: 31.2, attempts: 2, timestamp: 1 });
    assert.deepEqual(row, {
      task_id: 't',
      agent_id: null,
      wave: 1,
      success: true,
      attempts: 2,
      execution_time_ms: 31.2,
      execution_time: null,
      predicted_success: null,
      deferred: false,
      timestamp: 1000,
    });
    assert.equal(outcome({ status: 'completed' }).success, true);
    assert.equal(outcome({ status: 'failed', retries: 2 }).attempts, 3);
    assert.deepEqual(
      [outcome({ status: 'deferred' }).success, outcome({ status: 'deferred' }).deferred],
      [false, true],
    );
  });

  it('reads the family of outcomes with predicted and actual success', () => {
    const row = outcome({ predicted_success: 0.8391, actual_success: 0.0, retries: 3, execution_time: 2 });
    assert.deepEqual(
      [row.success, row.attempts, row.predicted_success, row.execution_time, row.execution_time_ms],
      [false, 4, 0.8391, 2, null],
    );
    assert.deepEqual(
      [0.49, 0.5, true].map((actual_success) => outcome({ actual_success }).success),
      [false, true, true],
    );
  });

  it('reads the family of outcomes with start and end', () => {
    const start_time = '2026-03-02T08:21:02.100000+00:00';
    const done = outcome({ start_time, end_time: '2026-03-02T08:21:02.350Z', retry_count: 1, success: true });
    assert.deepEqual([done.success, done.execution_time_ms, done.attempts], [true, 250, 2]);
    const stopped = outcome({ status: 'failed', start_time, end_time: null, retry_count: 0, success: false });
    assert.deepEqual([stopped.success, stopped.deferred, stopped.execution_time_ms], [false, true, null]);
    assert.throws(() => outcome({ start_time, end_time: '2026-03-02T08:21:02.099Z', success: true }), /start_time/);
  });

  it('refuses an outcome of no family', () => {
    const parse = input.rowParser(outcomeSchema);
    assert.deepEqual(parse({ task_id: 't' }), {
      ok: false,
      reason: 'success: found nothing, expected status, actual_success or success',
    });
    assert.deepEqual(parse({ task_id: 't', status: 'maybe' }), {
      ok: false,
      reason: 'status: found "maybe", expected "success", "completed", "failed" or "deferred"',
    });
  });

  it('reads the two kinds of phase 21 signals, and keeps others without content', () => {
    const parse = input.rowParser<ExecutionSignal>(input.executionSignalSchema);
    const content = { agent_id: 'a', task_id: 't', success: true, confidence_delta: 0.16, retry_count: 0 };
    assert.deepEqual(parse({ signal_type: 'agent_performance', target_phase: 18, content, wave: 1 }), {
      ok: true,
      value: { signal_type: 'agent_performance', wave: 1, content },
    });
    assert.deepEqual(parse({ signal_type: 'else', content: 5 }), {
      ok: true,
      value: { signal_type: 'other', wave: null, content: null },
    });
    const bad = parse({ signal_type: 'prediction_validation', content: { task_id: 't', actual_success: 7 } });
    assert.ok(!bad.ok && bad.reason.startsWith('content.actual_success: found 7'));
  });

  it('reads health as an object or as a list whose last counts', () => {
    const health = { health_score: 80, success_rate: 0.9, load_balance: 0.7 };
    assert.deepEqual(input.executionHealthSchema.parse({ ...health, wave: 1 }), health);
    assert.deepEqual(input.executionHealthSchema.parse([{ health_score: 1 }, health]), health);
    assert.ok(!input.executionHealthSchema.safeParse([]).success);
    assert.ok(!input.executionHealthSchema.safeParse({ success_rate: 7 }).success);
  });
});
