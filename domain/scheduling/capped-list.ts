/**
 * List scheduling under a cap: the tasks with most to lose first, each where its priced time is lowest among the lanes that it does not
 * push beyond cap × bound; where it would be pushed beyond on all, to the lane that finishes it earliest. Prices send tasks where
 * they are cheap, the cap keeps ties of priced times from overfilling a lane. O(tasks × lanes) per cap.
 */
import type { DualPrices } from './dual-prices.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, soonest } from './lanes.ts';

/** As multiples of the bound; the best of the resulting schedules is taken. */
const CAPS = [1.002, 1.005, 1.01, 1.02, 1.04, 1.08];

export function cappedListSchedule(times: ExpectedTimes, lanes: Lanes, { prices, boundMs }: DualPrices): Assignment {
  const order = mostToLoseFirst(times, prices);
  return soonest(CAPS.map((cap) => listUnder(cap * boundMs, times, lanes, prices, order)));
}

function listUnder(
  capMs: number,
  { tasks, agents, size, typeOf, rate }: ExpectedTimes,
  lanes: Lanes,
  prices: Float64Array,
  order: Int32Array,
): Assignment {
  const agentOf = Int32Array.from(lanes.agentOf);
  const assignment = emptyAssignment(tasks, lanes);
  const { laneOf, finish } = assignment;
  for (const task of order) {
    const row = typeOf[task]! * agents;
    const units = size[task]!;
    let cheapest = -1;
    let lowest = Infinity;
    let earliest = -1;
    let earliestEnd = Infinity;
    for (let lane = 0; lane < agentOf.length; lane++) {
      const agent = agentOf[lane]!;
      const ms = units * rate[row + agent]!;
      const end = finish[lane]! + ms;
      if (end < earliestEnd) [earliest, earliestEnd] = [lane, end];
      if (end <= capMs && ms * prices[agent]! < lowest) [cheapest, lowest] = [lane, ms * prices[agent]!];
    }
    const lane = cheapest === -1 ? earliest : cheapest;
    laneOf[task] = lane;
    finish[lane]! += units * rate[row + agentOf[lane]!]!;
  }
  return assignment;
}

/** By how much the second lowest priced time is above the lowest, most first; equals in input order. */
function mostToLoseFirst(
  { tasks, agents, types, size, typeOf, rate }: ExpectedTimes,
  prices: Float64Array,
): Int32Array {
  const loss = Float64Array.from({ length: types }, (_, type) => {
    let lowest = Infinity;
    let second = Infinity;
    for (let agent = 0; agent < agents; agent++) {
      if (prices[agent] === 0) continue;
      const priced = rate[type * agents + agent]! * prices[agent]!;
      if (priced < lowest) [lowest, second] = [priced, lowest];
      else if (priced < second) second = priced;
    }
    return second - lowest;
  });
  const losses = Float64Array.from({ length: tasks }, (_, task) => size[task]! * loss[typeOf[task]!]!);
  return Int32Array.from({ length: tasks }, (_, task) => task).sort((a, b) =>
    losses[a] === losses[b] ? a - b : losses[b]! - losses[a]!,
  );
}
