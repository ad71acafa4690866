/**
 * List scheduling on few agents: longest task first, each to the lane that finishes it earliest among those of agents whose
 * priced time is within a few percent of the cheapest. Few tasks go where they are dear, and the small ones, which come
 * last, even the lanes out. O(tasks × agents that come into question).
 */
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, soonest } from './lanes.ts';
import { listSchedule } from './list-schedule.ts';

/** How much dearer than the cheapest an agent may be; the best of the resulting schedules is taken. */
const DEARER_MAX = [0.01, 0.03];

/** `order`: as `longestFirst` gives it. */
export function pricedListSchedule(
  times: ExpectedTimes,
  lanes: Lanes,
  prices: Float64Array,
  order: Int32Array,
): Assignment {
  const schedules = DEARER_MAX.map((dearerMax) => {
    const assignment = emptyAssignment(times.tasks, lanes);
    listSchedule(times, lanes, assignment, order, cheapLanes(times, lanes, prices, dearerMax));
    return assignment;
  });
  return soonest(schedules);
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
