import assert from 'node:assert/strict';
import { agentResults, slowdownsOf } from '../../../domain/metrics/agent-results.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import { attempt, evidence, presence, RELEASE } from './wave-fixture.ts';

describe('agentResults', () => {
  it('sums up what each agent did with its own attempts', () => {
    const pauses = [{ from: RELEASE + 4000, to: RELEASE + 8000 }];
    const attempts = [
      attempt({ status: 'failed', final: false }),
      attempt({ attempt: 2, finished_at: RELEASE + 3000 }),
      attempt({ task_id: 't2', status: 'failed', final: false }),
      attempt({ task_id: 't2', agent_id: 'b', attempt: 2, status: 'failed' }),
      attempt({ task_id: 't3', status: 'cancelled', finished_at: RELEASE + 1000 }),
    ];
    const agents = [presence({ agent_id: 'idle', up: [] }), presence()];
    const results = agentResults(evidence({ agents, pauses }), attempts, new Map([['a', 1.5]]));
    assert.deepEqual(Object.keys(results), ['a', 'b', 'idle']);
    // a: four attempts at three tasks, 6 s busy in 2 slots × 6 s; a cancelled one counts for time only.
    assert.deepEqual(results['a'], {
      attempts: 4,
      decided: 3,
      succeeded: 1,
      completed_tasks: 1,
      failed_tasks: 0,
      success_rate: 1 / 3,
      interval: wilsonInterval(1, 3),
      retry_rate: 0.25,
      utilization: 0.5,
      throughput: 1 / 6,
      mean_attempt_ms: 5000 / 3,
      slowdown: 1.5,
    });
    assert.deepEqual(results['b'], {
      attempts: 1,
      decided: 1,
      succeeded: 0,
      completed_tasks: 0,
      failed_tasks: 1,
      success_rate: 0,
      interval: wilsonInterval(0, 1),
      retry_rate: 0,
      utilization: null,
      throughput: null,
      mean_attempt_ms: 1000,
      slowdown: null,
    });
    assert.deepEqual(results['idle'], {
      attempts: 0,
      decided: 0,
      succeeded: 0,
      completed_tasks: 0,
      failed_tasks: 0,
      success_rate: null,
      interval: null,
      retry_rate: null,
      utilization: null,
      throughput: null,
      mean_attempt_ms: null,
      slowdown: null,
    });
  });

  it('a slowdown is told of five completed attempts, not of fewer', () => {
    const lines = (count: number, status: 'completed' | 'failed' = 'completed') =>
      Array.from({ length: count }, () => ({
        agent_id: 'a',
        status,
        started_at: 1_000,
        finished_at: 3_000,
        predicted_ms: 1_000,
      }));
    assert.deepEqual([...slowdownsOf(lines(4)), ...slowdownsOf(lines(9, 'failed'))], []);
    assert.ok(Math.abs(slowdownsOf(lines(5)).get('a')! - 2) < 1e-12);
  });

  it('tells an agent that was up and idle from one that was never up', () => {
    const result = agentResults(evidence(), [], new Map())['a'];
    assert.deepEqual([result?.utilization, result?.throughput], [0, 0]);
  });
});
