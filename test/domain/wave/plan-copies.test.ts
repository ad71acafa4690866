import assert from 'node:assert/strict';
import type { LaneRow } from '../../../domain/model/plan.ts';
import { gateStage } from '../../../domain/wave/gate-stage.ts';
import { planCopies } from '../../../domain/wave/plan-copies.ts';
import { NO_PLAN, rememberPlan, reportPlan } from '../../../domain/wave/plan-memory.ts';
import { agent, estimator, settings, tasks } from '../../simulation/small-wave.ts';
import { availabilities, line, placed, planAndGate, planInput } from './stage-fixture.ts';

const TWINS = settings([agent('a', { idempotent: true }), agent('b', { idempotent: true }), agent('c')]);

/** Four tasks, all on agent a. */
function straggler() {
  const estimate = estimator({}, (_, agentId) => (agentId === 'a' ? { predicted_ms: 10 } : {}));
  const input = planInput({ settings: TWINS, tasks: tasks(4), estimate });
  const { gate } = planAndGate(input);
  const rows = gate.lanes.flatMap((lane): LaneRow[] => (lane.agent_id === 'a' ? lane.rows : []));
  assert.equal(rows.length, 4);
  return { input: { ...input, version: 2, covered: new Set(rows.map((row) => row.task_id)) }, rows };
}

describe('plan of copies', () => {
  it('holds the open tasks, on idempotent agents other than the straggler, marked as copies', () => {
    const { input, rows } = straggler();
    const lines = [line(rows[0]!.task_id, 'a', 'completed'), line(rows[1]!.task_id, 'a', 'exhausted')];
    const result = planCopies(input, { agent_id: 'a', rows, lines, copiesMax: 16 });
    const copies = placed(result);
    assert.deepEqual(copies, { [rows[2]!.task_id]: 'b', [rows[3]!.task_id]: 'b' });
    assert.ok(result.plan.lanes.every((lane) => lane.rows.every((row) => row.copy === true)));
    assert.deepEqual([result.plan.moves, result.dead, result.stranded, result.copied_rows], [[], [], [], 2]);
  });

  it('takes a task that is between two attempts for open', () => {
    const { input, rows } = straggler();
    const lines = rows.map((row) => line(row.task_id, 'a', 'retry'));
    assert.equal(planCopies(input, { agent_id: 'a', rows, lines, copiesMax: 16 }).copied_rows, 4);
  });

  it('copies nothing where no other idempotent agent is up', () => {
    const { input, rows } = straggler();
    const result = planCopies(
      { ...input, agents: availabilities(['b']) },
      { agent_id: 'a', rows, lines: [], copiesMax: 16 },
    );
    assert.deepEqual([placed(result), result.copied_rows], [{}, 4]);
  });

  it('copies no more than it may, the first rows first', () => {
    const { input, rows } = straggler();
    const result = planCopies(input, { agent_id: 'a', rows, lines: [], copiesMax: 3 });
    assert.deepEqual(
      Object.keys(placed(result)).sort(),
      rows
        .slice(0, 3)
        .map((row) => row.task_id)
        .sort(),
    );
    assert.equal(result.copied_rows, 4);
  });

  it('passes the gate like any attempt; a copy that it does not let run changes nothing for the task', () => {
    const { input, rows } = straggler();
    const doubtful = estimator({}, (_, agentId) => (agentId === 'b' ? { declared: 0.3 } : {}));
    for (const [estimate, released] of [
      [input.estimate, 4],
      [doubtful, 0],
    ] as const) {
      const planned = planCopies({ ...input, estimate }, { agent_id: 'a', rows, lines: [], copiesMax: 16 });
      const gate = gateStage({ ...input, estimate, plan: planned.plan, dead: [], released: new Set() });
      assert.equal(gate.decisions.length, released);
      assert.deepEqual(gate.settled, {});
      const memory = rememberPlan({ ...NO_PLAN, assigned: { t1: 'a' } }, planned, gate, 0);
      assert.deepEqual(memory.assigned, { t1: 'a' }, 'the task stays the straggler’s');
      assert.equal(reportPlan(memory, planned, gate, [], 4, input.settings).uncovered, 4 - released);
    }
  });
});
