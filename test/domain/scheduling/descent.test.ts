import assert from 'node:assert/strict';
import { descend, objectiveMs } from '../../../domain/scheduling/descent.ts';
import { denseTimes, timeOf } from '../../../domain/scheduling/expected-times.ts';
import { emptyAssignment } from '../../../domain/scheduling/lanes.ts';
import { listSchedule } from '../../../domain/scheduling/list-schedule.ts';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';

const PLENTY = 1e6;

describe('descend', () => {
  it('stops at its bound also where no lane has a step that helps', () => {
    const [tasks, agents] = [2_000, 100];
    const matrix = denseTimes(tasks, agents, new Float64Array(tasks * agents).fill(10));
    const lanes = { agentOf: [...new Array(agents).keys()], freeAt: new Array<number>(agents).fill(0) };
    const assignment = emptyAssignment(tasks, lanes);
    listSchedule(matrix, lanes, assignment);
    assert.ok(descend(matrix, lanes, assignment, 0.1, 1_000) <= 1_000 + agents);
  });

  it('moves a task off the last lane', () => {
    const matrix = denseTimes(2, 2, Float64Array.from([10, 10, 10, 10]));
    const assignment = { laneOf: Int32Array.from([0, 0]), finish: Float64Array.from([20, 0]) };
    descend(matrix, { agentOf: [0, 1], freeAt: [0, 0] }, assignment, 0, PLENTY);
    assert.deepEqual([...assignment.finish], [10, 10]);
  });

  it('swaps where no move helps', () => {
    // 6 + 5 against 4 + 3: no move helps, swapping 5 and 4 (or 6 and 4) does: 10 and 8, or 9 and 9.
    const matrix = denseTimes(4, 1, Float64Array.from([6, 5, 4, 3]));
    const assignment = { laneOf: Int32Array.from([0, 0, 1, 1]), finish: Float64Array.from([11, 7]) };
    descend(matrix, { agentOf: [0, 0], freeAt: [0, 0] }, assignment, 0, PLENTY);
    assert.deepEqual([...assignment.finish], [9, 9]);
  });

  it('puts a long task in the place of several, which go elsewhere', () => {
    // The first task takes 30 on the first agent and 20 on the second, which is full; the third agent has room for what leaves.
    const matrix = denseTimes(3, 3, Float64Array.from([30, 20, 99, 99, 10, 10, 99, 9, 9]));
    const lanes = { agentOf: [0, 1, 2, 2], freeAt: [0, 0, 0, 0] };
    const assignment = { laneOf: Int32Array.from([0, 1, 1]), finish: Float64Array.from([30, 19, 0, 0]) };
    descend(matrix, lanes, assignment, 0, PLENTY);
    assert.equal(Math.max(...assignment.finish), 20);
  });

  it('goes on when two lanes are last together', () => {
    const matrix = denseTimes(4, 1, Float64Array.from([5, 5, 5, 5]));
    const assignment = { laneOf: Int32Array.from([0, 0, 1, 1]), finish: Float64Array.from([10, 10, 0, 0]) };
    descend(matrix, { agentOf: [0, 0, 0, 0], freeAt: [0, 0, 0, 0] }, assignment, 0, PLENTY);
    assert.deepEqual([...assignment.finish], [5, 5, 5, 5]);
  });

  it('never raises the objective, keeps finish times true, and stops at its bound', () => {
    for (const kind of BRAUN_CLASSES) {
      for (const bias of [0, 0.3]) {
        const matrix = braunTimes(kind, 60, 4, 7);
        const lanes = { agentOf: [0, 0, 1, 2, 3], freeAt: [0, 50, 0, 10, 0] };
        const run = (evaluationsMax: number) => {
          const assignment = emptyAssignment(60, lanes);
          listSchedule(matrix, lanes, assignment);
          const looked = descend(matrix, lanes, assignment, bias, evaluationsMax);
          assert.ok(looked <= evaluationsMax + 60, `${looked} of ${evaluationsMax}`);
          const finish = Float64Array.from(lanes.freeAt);
          assignment.laneOf.forEach((lane, task) => (finish[lane]! += timeOf(matrix, task, lanes.agentOf[lane]!)));
          finish.forEach((ms, lane) => assert.ok(Math.abs(ms - assignment.finish[lane]!) < 1e-6 * ms + 1e-9));
          return objectiveMs(assignment.finish, bias);
        };
        const [none, some, all] = [run(0), run(500), run(PLENTY)];
        assert.ok(some <= none && all <= some, `${none} → ${some} → ${all}`);
        assert.ok(all < none);
      }
    }
  });
});
