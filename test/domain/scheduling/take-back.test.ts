import assert from 'node:assert/strict';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';
import { agentsOf, emptyAssignment, latest, onLanes } from '../../../domain/scheduling/lanes.ts';
import { listSchedule } from '../../../domain/scheduling/list-schedule.ts';
import { takeBack } from '../../../domain/scheduling/take-back.ts';

const PLENTY = 1e6;
const TWO = { agentOf: [0, 1], freeAt: [0, 0] };

describe('takeBack', () => {
  it('returns what the limit has room for, the shortest first', () => {
    const times = denseTimes(3, 2, Float64Array.from([5, 5, 3, 3, 4, 4]));
    const assignment = onLanes(times, TWO, Int32Array.from([1, 1, 1]));
    takeBack(times, TWO, assignment, Int32Array.from([0, 0, 0]), 9, PLENTY);
    assert.deepEqual([...assignment.laneOf], [1, 0, 0]);
    assert.deepEqual([...assignment.finish], [7, 5]);
  });

  it('lets two tasks that stand in each other’s way change places', () => {
    const times = denseTimes(2, 2, new Float64Array(4).fill(10));
    const assignment = onLanes(times, TWO, Int32Array.from([1, 0]));
    takeBack(times, TWO, assignment, Int32Array.from([0, 1]), 10, PLENTY);
    assert.deepEqual([...assignment.laneOf], [0, 1]);
  });

  it('moves fewer tasks within the limit, and keeps finish times true', () => {
    for (const kind of BRAUN_CLASSES) {
      const times = braunTimes(kind, 80, 4, 7);
      const lanes = { agentOf: [0, 0, 1, 2, 3], freeAt: [0, 50, 0, 10, 0] };
      const before = emptyAssignment(80, lanes);
      listSchedule(times, lanes, before);
      // The first agent is late by a third of the plan.
      const later = {
        ...lanes,
        freeAt: lanes.freeAt.map((ms, lane) => ms + (lane < 2 ? latest(before.finish) / 3 : 0)),
      };
      const after = emptyAssignment(80, later);
      listSchedule(times, later, after);
      const away = () => {
        const [now, then] = [agentsOf(after.laneOf, lanes), agentsOf(before.laneOf, lanes)];
        return now.filter((agent, task) => agent !== then[task]).length;
      };
      const limit = 1.02 * latest(after.finish);
      const first = away();
      takeBack(times, later, after, agentsOf(before.laneOf, lanes), limit, PLENTY);
      assert.ok(away() < first, `${kind.name}: ${first} → ${away()}`);
      assert.ok(latest(after.finish) <= limit * (1 + 1e-9));
      onLanes(times, later, after.laneOf).finish.forEach((ms, lane) =>
        assert.ok(Math.abs(ms - after.finish[lane]!) <= 1e-9 * ms),
      );
    }
  });

  it('stops at its bound', () => {
    const times = denseTimes(2, 2, new Float64Array(4).fill(10));
    const assignment = onLanes(times, TWO, Int32Array.from([1, 1]));
    takeBack(times, TWO, assignment, Int32Array.from([0, 0]), 10, 0);
    assert.deepEqual([...assignment.laneOf], [0, 1], 'one return was looked at');
  });
});
