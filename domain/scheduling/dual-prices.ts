/**
 * Prices of agents' time that make the certificate tight: the dual of the assignment's linear program, approached by
 * multiplicative weights (a subgradient method on the simplex; step ∝ 1 ÷ √k). An agent is dearer after a step when its
 * lanes would overflow if all work went where it is cheapest, and cheaper when they would idle.
 *
 * Tasks of a type have the same cheapest agent, so a step costs O(types × agents).
 */
import type { ExpectedTimes } from './expected-times.ts';
import type { Lanes } from './lanes.ts';

const STEP_FIRST = 0.5;

export interface DualPrices {
  /** By agent, for one millisecond of one of its lanes; Σ over lanes is 1. */
  prices: Float64Array;
  /** What they certify, milliseconds. */
  boundMs: number;
}

/** The best prices met in so many steps. */
export function dualPrices(times: ExpectedTimes, lanes: Lanes, steps: number): DualPrices {
  const { agents, types, rate } = times;
  const work = workOfTypes(times);
  const { laneCount, free } = lanesOfAgents(agents, lanes);
  const prices = firstPrices(times, laneCount);
  let best: DualPrices = { prices: prices.slice(), boundMs: 0 };
  const load = new Float64Array(agents);
  for (let step = 0; step < steps; step++) {
    load.set(free);
    let boundMs = sumProduct(free, prices);
    for (let type = 0; type < types; type++) {
      const agent = cheapestAgent(rate, type * agents, prices);
      const ms = work[type]! * rate[type * agents + agent]!;
      load[agent]! += ms;
      boundMs += ms * prices[agent]!;
    }
    const most = load.reduce(
      (max, ms, agent) => (laneCount[agent]! > 0 ? Math.max(max, ms / laneCount[agent]!) : max),
      0,
    );
    if (boundMs > best.boundMs) best = { prices: prices.slice(), boundMs };
    if (most === 0) break;
    reprice(prices, load, laneCount, boundMs, STEP_FIRST / Math.sqrt(step + 1) / most);
  }
  return best;
}

/** In inverse proportion to what the agent takes for the types it may take, against the mean over agents. */
export function firstPrices({ agents, types, rate }: ExpectedTimes, laneCount: Float64Array): Float64Array {
  const slowness = new Float64Array(agents);
  const known = new Float64Array(agents);
  for (let type = 0; type < types; type++) {
    const row = rate.subarray(type * agents, (type + 1) * agents);
    const open = row.filter((ms) => ms < Infinity);
    const mean = open.reduce((sum, ms) => sum + ms, 0) / open.length;
    for (let agent = 0; agent < agents; agent++) {
      if (row[agent] === Infinity) continue;
      slowness[agent]! += row[agent]! / mean;
      known[agent]! += 1;
    }
  }
  const prices = Float64Array.from(laneCount, (count, agent) =>
    count === 0 ? 0 : known[agent] === 0 ? 1 : known[agent]! / slowness[agent]!,
  );
  normalise(prices, laneCount);
  return prices;
}

/** Multiplies each price by 1 + step × (its lanes' mean load − bound), and makes their sum over lanes 1 again. */
function reprice(
  prices: Float64Array,
  load: Float64Array,
  laneCount: Float64Array,
  boundMs: number,
  step: number,
): void {
  for (let agent = 0; agent < prices.length; agent++) {
    if (laneCount[agent] === 0) continue;
    prices[agent]! *= Math.max(0.1, 1 + step * (load[agent]! / laneCount[agent]! - boundMs));
  }
  normalise(prices, laneCount);
}

/** Sum of sizes by type. */
export function workOfTypes({ tasks, types, typeOf, size }: ExpectedTimes): Float64Array {
  const work = new Float64Array(types);
  for (let task = 0; task < tasks; task++) work[typeOf[task]!]! += size[task]!;
  return work;
}

/** The agent on which the row's rate × price is lowest; the first of equals. Agents without lanes have a price of 0 and are passed over. */
function cheapestAgent(rate: Float64Array, row: number, prices: Float64Array): number {
  let best = -1;
  let lowest = Infinity;
  for (let agent = 0; agent < prices.length; agent++) {
    const price = prices[agent]!;
    const priced = rate[row + agent]! * price;
    if (priced < lowest && price > 0) {
      best = agent;
      lowest = priced;
    }
  }
  return best;
}

/** Makes the sum of prices over all lanes 1, in place. */
export function normalise(prices: Float64Array, laneCount: Float64Array): void {
  const sum = sumProduct(prices, laneCount);
  for (let agent = 0; agent < prices.length; agent++) prices[agent]! /= sum;
}

export function sumProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

/** By agent: how many lanes it has, and the sum of their free times, milliseconds. */
export function lanesOfAgents(agents: number, lanes: Lanes): { laneCount: Float64Array; free: Float64Array } {
  const laneCount = new Float64Array(agents);
  const free = new Float64Array(agents);
  lanes.agentOf.forEach((agent, lane) => {
    laneCount[agent]! += 1;
    free[agent]! += lanes.freeAt[lane]!;
  });
  return { laneCount, free };
}
