import assert from 'node:assert/strict';
import { agentErrors } from '../../../domain/feedback/agent-errors.ts';
import { line } from '../wave/stage-fixture.ts';

const took = (ms: number) => ({ started_at: 0, finished_at: ms });
const near = (actual: number | null | undefined, expected: number) =>
  assert.ok(
    actual !== null && actual !== undefined && Math.abs(actual - expected) < 1e-9,
    `${actual}, not ${expected}`,
  );

describe('agentErrors', () => {
  it('holds what is declared against what is seen, attempt by attempt', () => {
    const [only, ...others] = agentErrors([
      line('t1', 'a', 'retry', { ...took(10), declared: 0.9 }),
      line('t1', 'a', 'completed', { ...took(200), declared: 0.9, declared_ms: 100, attempt: 2 }),
      line('t2', 'a', 'completed', { ...took(800), declared: 0.6, declared_ms: 400 }),
      line('t3', 'a', 'retry', { ...took(10), declared: 0.1, status: 'cancelled' }),
    ]);
    assert.ok(only);
    assert.deepEqual(others, []);
    assert.deepEqual([only.agent_id, only.risk_level, only.attempts, only.timed], ['a', 'LOW', 3, 2]);
    near(only.declared_success, 0.8);
    near(only.observed_success, 2 / 3);
    near(only.declared_time_ms, 200);
    near(only.observed_time_ms, 400);
  });

  it('takes the pace asked for out of the times', () => {
    const [fast] = agentErrors([line('t1', 'a', 'completed', { ...took(100), speed_multiplier: 1.25 })]);
    near(fast?.observed_time_ms, 125);
  });

  it('has no times where nothing completed, and says nothing of agents without attempts', () => {
    const [failed] = agentErrors([line('t1', 'a', 'dead')]);
    assert.deepEqual([failed?.timed, failed?.declared_time_ms, failed?.observed_time_ms], [0, null, null]);
    assert.deepEqual(agentErrors([]), []);
  });

  it('keeps agents and risks apart, in order', () => {
    const rows = agentErrors([
      line('t1', 'b', 'completed'),
      line('t2', 'a', 'completed', { risk_level: 'HIGH' }),
      line('t3', 'a', 'completed'),
    ]);
    assert.deepEqual(
      rows.map(({ agent_id, risk_level }) => `${agent_id} ${risk_level}`),
      ['a LOW', 'a HIGH', 'b LOW'],
    );
  });
});
