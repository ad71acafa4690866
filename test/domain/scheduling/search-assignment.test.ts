import assert from 'node:assert/strict';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { latest, onLanes, type Lanes } from '../../../domain/scheduling/lanes.ts';
import { searchAssignment } from '../../../domain/scheduling/search-assignment.ts';

const [TASKS, AGENTS, TYPES] = [24_000, 100, 8];

/** More pairs of task and lane than are searched. `slower`: by agent, a factor. */
function manyTasks(slower: (agent: number) => number): ExpectedTimes {
  return {
    tasks: TASKS,
    agents: AGENTS,
    types: TYPES,
    size: Float64Array.from({ length: TASKS }, (_, task) => 100 + ((task * 31) % 900)),
    typeOf: Int32Array.from({ length: TASKS }, (_, task) => task % TYPES),
    rate: Float64Array.from(
      { length: TYPES * AGENTS },
      (_, at) => (1 + ((at * 7919) % 97) / 97) * (1 + ((at % AGENTS) % 7) / 4) * slower(at % AGENTS),
    ),
  };
}

function lanesOf(agents: number): Lanes {
  return { agentOf: Array.from({ length: agents }, (_, agent) => agent), freeAt: new Array<number>(agents).fill(0) };
}

const search = (times: ExpectedTimes, lanes: Lanes, stayed: Int32Array | null = null) =>
  searchAssignment({
    times,
    lanes,
    bias: 0,
    priorities: new Array<number>(times.tasks).fill(1),
    seed: 3,
    stayed: stayed && onLanes(times, lanes, stayed),
  });

describe('searchAssignment', () => {
  it('plans many tasks anew by moving only what slower agents must give away', () => {
    const lanes = lanesOf(AGENTS);
    const before = search(
      manyTasks(() => 1),
      lanes,
    );
    const slowed = manyTasks((agent) => (agent % 20 === 0 ? 2 : 1));
    const after = search(slowed, lanes, before.slice());
    const moved = after.filter((lane, task) => lane !== before[task]).length;
    const ends = (laneOf: Int32Array) => latest(onLanes(slowed, lanes, laneOf).finish);
    assert.ok(ends(after) < 0.6 * ends(before), `${ends(before)} → ${ends(after)}`);
    const fresh = ends(search(slowed, lanes));
    assert.ok(ends(after) < 1.05 * fresh, `${ends(after)}, from nothing ${fresh}`);
    assert.ok(moved < 0.2 * TASKS, `${moved} of ${TASKS} moved`);
  });

  it('leaves a plan alone that no other is clearly shorter than', () => {
    const lanes = lanesOf(AGENTS);
    const times = manyTasks(() => 1);
    const before = search(times, lanes);
    const moved = search(times, lanes, before.slice()).filter((lane, task) => lane !== before[task]).length;
    assert.ok(moved < 0.01 * TASKS, `${moved} of ${TASKS} moved`);
  });

  it('does not mind an agent that is busy until all others have ended', () => {
    const times: ExpectedTimes = {
      tasks: 4,
      agents: 3,
      types: 1,
      size: Float64Array.from([4, 3, 3, 2]),
      typeOf: new Int32Array(4),
      rate: Float64Array.from([1, 1, 1]),
    };
    const laneOf = search(times, { agentOf: [0, 1, 2], freeAt: [0, 100, 0] });
    const { finish } = onLanes(times, { agentOf: [0, 1, 2], freeAt: [0, 100, 0] }, laneOf);
    assert.deepEqual(
      [...finish].sort((a, b) => a - b),
      [6, 6, 100],
    );
  });

  it('has nothing to do for no tasks', () => {
    const times = { ...manyTasks(() => 1), tasks: 0, size: new Float64Array(0), typeOf: new Int32Array(0) };
    assert.equal(search(times, lanesOf(AGENTS)).length, 0);
  });
});
