/** Baselines that look at each task once, in a given order. Shapes: a lane per task; times in milliseconds. */
import { seededRandom } from '../../../domain/model/random.ts';
import { timeOf, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import { emptyAssignment, type Lanes } from '../../../domain/scheduling/lanes.ts';
import { listSchedule, longestFirst } from '../../../domain/scheduling/list-schedule.ts';

/** Round-robin: task after task to the lanes in turn, whatever they take; a lane that may not have the task is passed over. */
export function inTurn(times: ExpectedTimes, lanes: Lanes): Int32Array {
  const count = lanes.agentOf.length;
  let next = 0;
  return Int32Array.from({ length: times.tasks }, (_, task) => {
    const allowed = allowedLanes(times, lanes, task);
    while (!allowed.includes(next)) next = (next + 1) % count;
    const lane = next;
    next = (next + 1) % count;
    return lane;
  });
}

/** Each task to a lane drawn evenly from those that may have it. */
export function random(times: ExpectedTimes, lanes: Lanes, seed: number): Int32Array {
  const draw = seededRandom('random baseline', seed);
  return Int32Array.from({ length: times.tasks }, (_, task) => {
    const allowed = allowedLanes(times, lanes, task);
    return allowed[Math.floor(draw() * allowed.length)]!;
  });
}

/** Opportunistic load balancing (OLB): in input order, each task to the lane that is free first, whatever it takes there. */
export function opportunistic(times: ExpectedTimes, lanes: Lanes): Int32Array {
  const finish = Float64Array.from(lanes.freeAt);
  return Int32Array.from({ length: times.tasks }, (_, task) => {
    let best = -1;
    for (const lane of allowedLanes(times, lanes, task)) {
      if (best === -1 || finish[lane]! < finish[best]!) best = lane;
    }
    finish[best]! += timeOf(times, task, lanes.agentOf[best]!);
    return best;
  });
}

/** Minimum completion time (MCT): in input order, each task to the lane where it finishes earliest. */
export function minimumCompletionTime(times: ExpectedTimes, lanes: Lanes): Int32Array {
  return eachWhereEarliest(
    times,
    lanes,
    Int32Array.from({ length: times.tasks }, (_, task) => task),
  );
}

/**
 * Longest processing time first, then as MCT: a task's length is its time on the agent where it is shortest.
 * O(tasks × log tasks + tasks × lanes), and no matrix is built.
 */
export function longestFirstCompletionTime(times: ExpectedTimes, lanes: Lanes): Int32Array {
  return eachWhereEarliest(times, lanes, longestFirst(times));
}

/** The product's own list schedule, which its search starts from. */
function eachWhereEarliest(times: ExpectedTimes, lanes: Lanes, order: Int32Array): Int32Array {
  const assignment = emptyAssignment(times.tasks, lanes);
  listSchedule(times, lanes, assignment, order);
  return assignment.laneOf;
}

function allowedLanes(times: ExpectedTimes, lanes: Lanes, task: number): number[] {
  const all = lanes.agentOf.map((_, lane) => lane);
  return all.filter((lane) => timeOf(times, task, lanes.agentOf[lane]!) < Infinity);
}
