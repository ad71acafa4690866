/** List scheduling: tasks one after the other, longest first (LPT), each to the lane that finishes it earliest (MCT). */
import { invariant } from '../model/invariant.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';

/** Task indices, longest (on the agent where it is shortest) first; equals in input order. */
export function longestFirst({ tasks, agents, types, size, typeOf, rate }: ExpectedTimes): Int32Array {
  const least = Float64Array.from({ length: types }, (_, type) =>
    rate.subarray(type * agents, (type + 1) * agents).reduce((min, ms) => Math.min(min, ms), Infinity),
  );
  const shortest = Float64Array.from({ length: tasks }, (_, task) => size[task]! * least[typeOf[task]!]!);
  return Int32Array.from({ length: tasks }, (_, task) => task).sort((a, b) => shortest[b]! - shortest[a]! || a - b);
}

/**
 * Puts every task of the order that has no lane yet on the lane where it finishes earliest. `lanesFor`: the lanes that come into
 * question, by type; absent: all. O(tasks × lanes).
 */
export function listSchedule(
  times: ExpectedTimes,
  lanes: Lanes,
  { laneOf, finish }: Assignment,
  order: Int32Array = longestFirst(times),
  lanesFor?: readonly Int32Array[],
): void {
  const { agents, size, typeOf, rate } = times;
  const agentOf = Int32Array.from(lanes.agentOf);
  for (const task of order) {
    if (laneOf[task] !== -1) continue;
    const type = typeOf[task]!;
    const row = type * agents;
    const units = size[task]!;
    const open = lanesFor?.[type];
    const count = open ? open.length : agentOf.length;
    let best = -1;
    let bestFinish = Infinity;
    for (let at = 0; at < count; at++) {
      const lane = open ? open[at]! : at;
      const ends = finish[lane]! + units * rate[row + agentOf[lane]!]!;
      if (ends < bestFinish) {
        best = lane;
        bestFinish = ends;
      }
    }
    invariant(best !== -1, `task ${task} may go to no lane`);
    laneOf[task] = best;
    finish[best] = bestFinish;
  }
}
