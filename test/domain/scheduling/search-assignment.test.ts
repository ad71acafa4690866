import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { BRAUN_CLASSES, braunTimes } from '../../../bench/scheduling/instances/braun.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';
import { agentsOf, latest, onLanes, type Lanes } from '../../../domain/scheduling/lanes.ts';
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
    quick: false,
    stayed: stayed && { assignment: onLanes(times, lanes, stayed.slice()), home: agentsOf(stayed, lanes) },
  });

/** Times of one to seven tasks on three agents, and when these are free. */
const TASK_MS = fc.integer({ min: 1, max: 40 });
const BUSY_PROBLEMS = fc.tuple(
  fc.array(fc.tuple(TASK_MS, TASK_MS, TASK_MS), { minLength: 1, maxLength: 7 }),
  fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 3, maxLength: 3 }),
);

/** When the last lane that holds a task ends. */
function lastEnd(times: ExpectedTimes, lanes: Lanes, laneOf: Int32Array): number {
  const { finish } = onLanes(times, lanes, laneOf);
  return laneOf.reduce((end, lane) => Math.max(end, finish[lane]!), 0);
}

/** Of all assignments. */
function shortestEnd(times: ExpectedTimes, lanes: Lanes): number {
  const count = lanes.agentOf.length;
  const laneOf = new Int32Array(times.tasks);
  let shortest = Infinity;
  for (let code = 0; code < count ** times.tasks; code++) {
    laneOf.forEach((_, task) => (laneOf[task] = Math.floor(code / count ** task) % count));
    shortest = Math.min(shortest, lastEnd(times, lanes, laneOf));
  }
  return shortest;
}

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

  it('ends hardly later from a plan in force than from nothing, and moves less', () => {
    const lanes = lanesOf(16);
    for (const kind of BRAUN_CLASSES) {
      const times = braunTimes(kind, 256, 16, 3);
      const before = search(times, lanes);
      const slowed = { ...times, rate: times.rate.map((ms, at) => (at % 16 === 1 ? 2 * ms : ms)) };
      const [again, fresh] = [search(slowed, lanes, before.slice()), search(slowed, lanes)];
      const [after, best] = [lastEnd(slowed, lanes, again), lastEnd(slowed, lanes, fresh)];
      assert.ok(after <= 1.05 * best, `${kind.name}: ${after}, from nothing ${best}`);
      const moved = (laneOf: Int32Array) => laneOf.filter((lane, task) => lane !== before[task]).length;
      assert.ok(moved(again) < moved(fresh), `${kind.name}: ${moved(again)}, from nothing ${moved(fresh)}`);
    }
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

  it('plans the others well beside an agent that is busy long', () => {
    // b is quick, but busy for long; its own task and half of a's eleven others go to c, which idles.
    const times: ExpectedTimes = {
      tasks: 11,
      agents: 3,
      types: 1,
      size: new Float64Array(11).fill(1),
      typeOf: new Int32Array(11),
      rate: Float64Array.from([50, 10, 50]),
    };
    const lanes = { agentOf: [0, 1, 2], freeAt: [0, 1000, 0] };
    const before = Int32Array.from({ length: 11 }, (_, task) => (task === 0 ? 1 : 0));
    for (const stayed of [null, before]) assert.equal(lastEnd(times, lanes, search(times, lanes, stayed)), 300);
  });

  it('leaves out a busy agent that the others end before, also where moves are taken back', () => {
    // A second's work for a, a millisecond's for b and c; a is busy until just after the others could end.
    const tasks = 160;
    const times: ExpectedTimes = {
      tasks,
      agents: 3,
      types: 1,
      size: new Float64Array(tasks).fill(1),
      typeOf: new Int32Array(tasks),
      rate: Float64Array.from([1000, 1, 1]),
    };
    const lanes = { agentOf: [0, 1, 2], freeAt: [100, 0, 0] };
    const end = lastEnd(times, lanes, search(times, lanes, new Int32Array(tasks).fill(1)));
    assert.ok(end <= 82, `${end}`);
  });

  it('moves less than it would without taking moves back', () => {
    const lanes = lanesOf(16);
    let [kept, moved] = [0, 0];
    for (const kind of BRAUN_CLASSES) {
      const times = braunTimes(kind, 256, 16, 3);
      const before = search(times, lanes);
      const slowed = { ...times, rate: times.rate.map((ms, at) => (at % 16 === 1 ? 2 * ms : ms)) };
      const count = (laneOf: Int32Array) => laneOf.filter((lane, task) => lane !== before[task]).length;
      kept += count(search(slowed, lanes, before));
      // Without homes there is nothing to take back to.
      const homeless = { assignment: onLanes(slowed, lanes, before.slice()), home: new Int32Array(256).fill(-1) };
      const priorities = new Array<number>(256).fill(1);
      moved += count(
        searchAssignment({ times: slowed, lanes, bias: 0, priorities, seed: 3, quick: false, stayed: homeless }),
      );
    }
    assert.ok(kept < 0.9 * moved, `${kept} of ${moved}`);
  });

  it('mostly finds the shortest plan beside busy agents, and is never far from it', () => {
    const problems = fc.sample(BUSY_PROBLEMS, { seed: 11, numRuns: 300 });
    const ratios = problems.map(([rows, freeAt]) => {
      const times = denseTimes(rows.length, 3, Float64Array.from(rows.flat()));
      const lanes = { agentOf: [0, 1, 2], freeAt };
      return lastEnd(times, lanes, search(times, lanes)) / shortestEnd(times, lanes);
    });
    assert.ok(Math.max(...ratios) < 1.1, `${Math.max(...ratios)}`);
    const longer = ratios.filter((ratio) => ratio > 1.002).length;
    assert.ok(longer <= 6, `${longer} of ${ratios.length}`);
  });

  it('has nothing to do for no tasks', () => {
    const times = { ...manyTasks(() => 1), tasks: 0, size: new Float64Array(0), typeOf: new Int32Array(0) };
    assert.equal(search(times, lanesOf(AGENTS)).length, 0);
  });
});
