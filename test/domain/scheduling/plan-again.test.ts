import assert from 'node:assert/strict';
import { planWave } from '../../../domain/scheduling/plan-wave.ts';
import { pendingTask, planInput, planningAgent } from './plan-fixture.ts';

const A_AND_B = () => [planningAgent('a'), planningAgent('b')];

describe('planWave after a plan before', () => {
  it('moves only what must move when an agent is lost, and records why', () => {
    const row = { a: 10, b: 10, c: 10 };
    const times = { t1: row, t2: row, t3: row, t4: row, t5: row, t6: row };
    const from = (id: string, agent: string) =>
      pendingTask(id, { from_agent: agent, move_reason: agent === 'c' ? 'failover_reassignment' : 'load_rebalance' });
    const pending = [
      from('t1', 'a'),
      from('t2', 'b'),
      from('t3', 'c'),
      from('t4', 'a'),
      from('t5', 'b'),
      from('t6', 'c'),
    ];
    const plan = planWave(planInput(pending, A_AND_B(), times, { version: 3 }));
    assert.equal(plan.makespan_ms, 30);
    assert.deepEqual(
      plan.moves.map(({ task_id, from_agent, reason, plan_version }) => [task_id, from_agent, reason, plan_version]),
      [
        ['t3', 'c', 'failover_reassignment', 3],
        ['t6', 'c', 'failover_reassignment', 3],
      ],
    );
  });

  it('names load_rebalance where no reason was given', () => {
    const times = { t1: { a: 10, b: 10 }, t2: { a: 10, b: 10 } };
    const pending = Object.keys(times).map((id) => pendingTask(id, { from_agent: 'a' }));
    const { moves } = planWave(planInput(pending, A_AND_B(), times));
    assert.equal(moves.length, 1);
    assert.deepEqual([moves[0]?.from_agent, moves[0]?.to_agent, moves[0]?.reason], ['a', 'b', 'load_rebalance']);
  });

  it('moves a task only to an agent that offers what it asks for, whatever the load', () => {
    const row = { a: 10, b: 10 };
    const times = { t1: row, t2: row, t3: row, t4: row };
    const pending = Object.keys(times).map((id) =>
      pendingTask(id, { from_agent: 'a', of: { capabilities: id === 't4' ? [] : ['gpu'] } }),
    );
    const agents = [planningAgent('a', { capabilities: ['gpu'] }), planningAgent('b')];
    const { lanes, moves } = planWave(planInput(pending, agents, times, { version: 2 }));
    assert.deepEqual(
      lanes.map(({ agent_id, rows }) => [agent_id, rows.map(({ task_id }) => task_id).sort()]),
      [
        ['a', ['t1', 't2', 't3']],
        ['b', ['t4']],
      ],
    );
    assert.deepEqual(
      moves.map(({ task_id, to_agent }) => [task_id, to_agent]),
      [['t4', 'b']],
    );
  });
});
