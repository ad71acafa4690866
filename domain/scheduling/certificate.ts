/**
 * Lower bounds on the latest finish over all lanes that anyone can check again in O(tasks × agents).
 *
 * Weak duality of the assignment's linear program: for any prices y ≥ 0 on agents with Σ y · lanes = 1, no assignment
 * finishes before
 *
 *   Σ_lanes y · free time + Σ_i min_j y_j · time_ij,
 *
 * for the latest finish is at least the priced mean of the lanes' finishes, and there each task costs at least what it costs
 * at its cheapest agent. So a price vector is a certificate, however it was found.
 */
import type { ExpectedTimes } from './expected-times.ts';
import { timeOf } from './expected-times.ts';
import type { Lanes } from './lanes.ts';

/** Milliseconds. `prices`: by agent, for one millisecond of one of its lanes; normalised here. Agents without lanes take nothing. */
export function certifiedBoundMs(times: ExpectedTimes, lanes: Lanes, prices: Float64Array): number {
  const open = [...new Set(lanes.agentOf)];
  const total = lanes.agentOf.reduce((sum, agent) => sum + prices[agent]!, 0);
  let bound = lanes.agentOf.reduce((sum, agent, lane) => sum + prices[agent]! * lanes.freeAt[lane]!, 0);
  for (let task = 0; task < times.tasks; task++) {
    let cheapest = Infinity;
    for (const agent of open) {
      const ms = timeOf(times, task, agent);
      if (ms < Infinity && ms * prices[agent]! < cheapest) cheapest = ms * prices[agent]!;
    }
    bound += cheapest;
  }
  return bound / total;
}

/** No wave ends before its longest task does, on the lane where it would end first. Milliseconds. */
export function longestTaskMs(times: ExpectedTimes, lanes: Lanes): number {
  const { agents } = times;
  const freeFirst = new Float64Array(agents).fill(Infinity);
  lanes.agentOf.forEach((agent, lane) => (freeFirst[agent] = Math.min(freeFirst[agent]!, lanes.freeAt[lane]!)));
  const largest = new Float64Array(times.types);
  times.typeOf.forEach((type, task) => (largest[type] = Math.max(largest[type]!, times.size[task]!)));
  let longest = 0;
  // Of a type, the largest task ends last.
  for (let type = 0; type < times.types; type++) {
    if (largest[type] === 0) continue;
    let earliest = Infinity;
    for (let agent = 0; agent < agents; agent++) {
      earliest = Math.min(earliest, freeFirst[agent]! + largest[type]! * times.rate[type * agents + agent]!);
    }
    longest = Math.max(longest, earliest);
  }
  return longest;
}
