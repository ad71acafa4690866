/**
 * List scheduling on few agents: longest task first, each to the lane that finishes it earliest among those of agents whose
 * priced time is within a few percent of the cheapest. Few tasks go where they are dear, and the small ones, which come
 * last, even the lanes out. O(tasks × agents that come into question), for problems too large to search.
 */
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, latest } from './lanes.ts';
import { longestFirst } from './list-schedule.ts';

/** How much dearer than the cheapest an agent may be; the best of the resulting schedules is taken. */
const DEARER_MAX = [0.01, 0.03];

export function pricedListSchedule(times: ExpectedTimes, lanes: Lanes, prices: Float64Array): Assignment {
  const order = longestFirst(times);
  const all = DEARER_MAX.map((dearerMax) => listOn(times, lanes, order, cheapLanes(times, lanes, prices, dearerMax)));
  return all.reduce((best, other) => (latest(other.finish) < latest(best.finish) ? other : best));
}

function listOn(times: ExpectedTimes, lanes: Lanes, order: Int32Array, lanesFor: Int32Array[]): Assignment {
  const { agents, size, typeOf, rate } = times;
  const agentOf = Int32Array.from(lanes.agentOf);
  const assignment = emptyAssignment(times.tasks, lanes);
  const { laneOf, finish } = assignment;
  for (const task of order) {
    const type = typeOf[task]!;
    let best = -1;
    let bestFinish = Infinity;
    for (const lane of lanesFor[type]!) {
      const ends = finish[lane]! + size[task]! * rate[type * agents + agentOf[lane]!]!;
      if (ends < bestFinish) {
        best = lane;
        bestFinish = ends;
      }
    }
    laneOf[task] = best;
    finish[best] = bestFinish;
  }
  return assignment;
}

/** By type, the lanes whose priced time is at most (1 + dearerMax) × the lowest. */
function cheapLanes(times: ExpectedTimes, lanes: Lanes, prices: Float64Array, dearerMax: number): Int32Array[] {
  const { agents, types, rate } = times;
  return Array.from({ length: types }, (_, type) => {
    const priced = lanes.agentOf.map((agent) => rate[type * agents + agent]! * prices[agent]!);
    const lowest = priced.reduce((min, cost) => (cost < min ? cost : min), Infinity);
    return Int32Array.from(priced.keys()).filter((lane) => priced[lane]! <= lowest * (1 + dearerMax));
  });
}
