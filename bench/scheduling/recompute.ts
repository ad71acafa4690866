/**
 * Checks a solution without the solver: the makespan from its lanes and the bound from its prices, computed here anew and by
 * code that shares nothing with the solver's.
 */
import { certifiedBoundMs } from '../../domain/scheduling/certificate.ts';
import type { ExpectedTimes } from '../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../domain/scheduling/lanes.ts';
import type { Solution } from '../../domain/scheduling/solve.ts';

/** Sums in another order differ by rounding, and by no more than this share. */
const ROUNDING = 1e-9;

export interface CheckedSolution {
  makespanMs: number;
  boundMs: number;
  /** (makespan − bound) ÷ bound. */
  gap: number;
}

/** Throws where the solution is not a schedule, or does not have the makespan or the bound that it claims. */
export function checkSolution(name: string, times: ExpectedTimes, lanes: Lanes, solution: Solution): CheckedSolution {
  const makespanMs = makespanOf(name, times, lanes, solution.laneOf);
  expectSame(`${name}: the makespan`, solution.makespanMs, makespanMs);
  const priced = pricedBoundMs(name, times, lanes, solution.prices);
  expectSame(`${name}: the certificate of the prices`, certifiedBoundMs(times, lanes, solution.prices), priced);
  // A solver may know that the longest task alone takes longer than the prices prove.
  const boundMs = solution.boundMs > priced * (1 + ROUNDING) ? Math.max(priced, longestMs(times, lanes)) : priced;
  expectSame(`${name}: the bound`, solution.boundMs, boundMs);
  return { makespanMs, boundMs, gap: gapOf(name, makespanMs, boundMs) };
}

/** Milliseconds. Throws where a task is on no lane, or on one that it may not have. */
export function makespanOf(name: string, times: ExpectedTimes, lanes: Lanes, laneOf: Int32Array): number {
  if (laneOf.length !== times.tasks)
    throw new Error(`${name}: ${laneOf.length} lanes, expected one per task of ${times.tasks}`);
  const finish = Float64Array.from(lanes.freeAt);
  laneOf.forEach((lane, task) => {
    const agent = lanes.agentOf[lane];
    if (agent === undefined) {
      throw new Error(`${name}: task ${task} is on lane ${lane}, expected 0 to ${finish.length - 1}`);
    }
    const ms = times.size[task]! * times.rate[times.typeOf[task]! * times.agents + agent]!;
    if (!(ms < Infinity)) throw new Error(`${name}: task ${task} is on agent ${agent}, where it may not go`);
    finish[lane]! += ms;
  });
  return finish.reduce((max, ms) => Math.max(max, ms), 0);
}

/** Share by which the makespan is above the bound. Throws where it is below: then the bound is none. */
export function gapOf(name: string, makespanMs: number, boundMs: number): number {
  if (makespanMs < boundMs * (1 - ROUNDING)) {
    throw new Error(`${name}: a makespan of ${makespanMs}, expected none below the bound ${boundMs}`);
  }
  return Math.max(0, makespanMs / boundMs - 1);
}

/**
 * Weak duality: with prices y ≥ 0 and Σ_lanes y = 1 no schedule ends before Σ_lanes y · free time + Σ_i min_j y_j · time_ij.
 * Milliseconds.
 */
function pricedBoundMs(name: string, times: ExpectedTimes, lanes: Lanes, prices: Float64Array): number {
  prices.forEach((price, agent) => {
    if (!(price >= 0 && price < Infinity))
      throw new Error(`${name}: price ${price} of agent ${agent}, expected 0 or more`);
  });
  const { tasks, agents, types, size, typeOf, rate } = times;
  let total = 0;
  let bound = 0;
  lanes.agentOf.forEach((agent, lane) => {
    total += prices[agent]!;
    bound += prices[agent]! * lanes.freeAt[lane]!;
  });
  const cheapest = new Float64Array(types).fill(Infinity);
  const open = new Set(lanes.agentOf);
  for (let type = 0; type < types; type++) {
    for (const agent of open) {
      const perUnit = rate[type * agents + agent]!;
      if (perUnit < Infinity) cheapest[type] = Math.min(cheapest[type]!, prices[agent]! * perUnit);
    }
  }
  for (let task = 0; task < tasks; task++) bound += size[task]! * cheapest[typeOf[task]!]!;
  return bound / total;
}

/** The longest task, on the lane where it would end first. Milliseconds. */
function longestMs(times: ExpectedTimes, lanes: Lanes): number {
  let longest = 0;
  for (let task = 0; task < times.tasks; task++) {
    const row = times.typeOf[task]! * times.agents;
    const ends = lanes.agentOf.map((agent, lane) => lanes.freeAt[lane]! + times.size[task]! * times.rate[row + agent]!);
    longest = Math.max(
      longest,
      ends.reduce((min, ms) => Math.min(min, ms), Infinity),
    );
  }
  return longest;
}

function expectSame(what: string, claimed: number, found: number): void {
  if (Math.abs(claimed - found) <= ROUNDING * Math.abs(found)) return;
  throw new Error(`${what} is said to be ${claimed}, expected ${found} as computed from the solution`);
}
