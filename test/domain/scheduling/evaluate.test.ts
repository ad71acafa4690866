import assert from 'node:assert/strict';
import { startKnobs } from '../../../domain/model/agent.ts';
import { isWorthIt, keptPlan } from '../../../domain/scheduling/evaluate.ts';
import { planningProblem, planWave } from '../../../domain/scheduling/plan-wave.ts';
import { pendingTask, placesOf, planInput, planningAgent } from './plan-fixture.ts';

const plan = (makespan_ms: number) => ({ version: 1, lanes: [], moves: [], unplaceable: [], makespan_ms });

describe('isWorthIt', () => {
  it('asks for more than the threshold', () => {
    const knobs = { ...startKnobs(), rebalance_threshold: 0.25 };
    assert.equal(isWorthIt(plan(100), plan(75), knobs, 0), false);
    assert.equal(isWorthIt(plan(100), plan(74.9), knobs, 0), true);
    assert.equal(isWorthIt(plan(100), plan(74.9), knobs, 1), false);
    assert.equal(isWorthIt(plan(100), plan(120), knobs, 0), false);
    assert.equal(isWorthIt(plan(0), plan(0), knobs, 0), false);
  });
});

describe('keptPlan', () => {
  const times = { t1: { a: 10, b: 10 }, t2: { a: 10, b: 10 }, t3: { a: 10, b: 10 } };

  it('leaves every task on its agent, however uneven, where planWave does not', () => {
    const pending = Object.keys(times).map((id) => pendingTask(id, { from_agent: 'a' }));
    const input = planInput(pending, [planningAgent('a', { pace: 3 }), planningAgent('b')], times);
    const kept = keptPlan(planningProblem(input));
    assert.deepEqual(placesOf(kept), { t1: 'a', t2: 'a', t3: 'a' });
    assert.deepEqual([kept.makespan_ms, kept.moves], [90, []]);
    const fresh = planWave(input);
    assert.equal(fresh.makespan_ms, 30);
    assert.equal(isWorthIt(kept, fresh, input.knobs, 0), true);
  });

  it('moves what may not stay', () => {
    const pending = [
      pendingTask('t1', { from_agent: 'a' }),
      pendingTask('t2', { from_agent: 'a', attempts_used: 3, attempts_on: { a: 3 }, move_reason: 'retries_exhausted' }),
      pendingTask('t3', { from_agent: 'gone', move_reason: 'failover_reassignment' }),
    ];
    const kept = keptPlan(
      planningProblem(planInput(pending, [planningAgent('a'), planningAgent('b')], times, { version: 2 })),
    );
    assert.deepEqual(placesOf(kept).t1, 'a');
    assert.deepEqual(placesOf(kept).t2, 'b');
    assert.deepEqual(
      kept.moves.map(({ task_id, reason }) => [task_id, reason]),
      [
        ['t2', 'retries_exhausted'],
        ['t3', 'failover_reassignment'],
      ],
    );
  });
});
