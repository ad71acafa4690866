/** Baselines that look at each task once, in a given order. Shapes: a lane per task; times in milliseconds. */
import { seededRandom } from '../../../domain/model/random.ts';
import { timeOf, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';

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
    Array.from({ length: times.tasks }, (_, task) => task),
  );
}

/**
 * Longest processing time first, then as MCT: a task's length is its time on the agent where it is shortest.
 * O(tasks × log tasks + tasks × lanes), and no matrix is built.
 */
export function longestFirstCompletionTime(times: ExpectedTimes, lanes: Lanes): Int32Array {
  const { tasks, types, agents, size, typeOf, rate } = times;
  const lowestRate = Float64Array.from({ length: types }, (_, type) =>
    rate.subarray(type * agents, (type + 1) * agents).reduce((min, one) => Math.min(min, one), Infinity),
  );
  const length = Float64Array.from({ length: tasks }, (_, task) => size[task]! * lowestRate[typeOf[task]!]!);
  const order = Array.from({ length: tasks }, (_, task) => task).sort((a, b) => length[b]! - length[a]! || a - b);
  return eachWhereEarliest(times, lanes, order);
}

function eachWhereEarliest(times: ExpectedTimes, lanes: Lanes, order: readonly number[]): Int32Array {
  const { tasks, agents, size, typeOf, rate } = times;
  const agentOf = Int32Array.from(lanes.agentOf);
  const finish = Float64Array.from(lanes.freeAt);
  const laneOf = new Int32Array(tasks);
  for (const task of order) {
    const row = typeOf[task]! * agents;
    const units = size[task]!;
    let best = -1;
    let bestMs = Infinity;
    for (let lane = 0; lane < finish.length; lane++) {
      const endsMs = finish[lane]! + units * rate[row + agentOf[lane]!]!;
      if (endsMs < bestMs) {
        best = lane;
        bestMs = endsMs;
      }
    }
    laneOf[task] = best;
    finish[best] = bestMs;
  }
  return laneOf;
}

function allowedLanes(times: ExpectedTimes, lanes: Lanes, task: number): number[] {
  const all = lanes.agentOf.map((_, lane) => lane);
  return all.filter((lane) => timeOf(times, task, lanes.agentOf[lane]!) < Infinity);
}
