/**
 * Prices and a fractional schedule for problems with few types and many tasks. Where a type is work for many agents, sending
 * all of it to the cheapest makes prices swing; here it is shared among agents in proportion to e^(−dearness ÷ δ), dearness
 * being priced time ÷ the lowest − 1, and after each step
 *
 *   y_j ← y_j × (load_j ÷ bound)^(γ · δ),
 *
 * so that prices move by about what changes shares (multiplicative scaling, as in entropic transport). δ falls to a value at
 * which shares are averaged, and then further, where prices prove a tight bound. A step costs O(types × agents).
 */
import type { DualPrices } from './dual-prices.ts';
import { firstPrices, lanesOfAgents, normalise, sumProduct, workOfTypes } from './dual-prices.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { Lanes } from './lanes.ts';

export interface FractionalSchedule extends DualPrices {
  /** Share of each type's work by agent, `type * agents + agent`; a type's shares sum to 1. */
  shares: Float64Array;
}

const WIDTH_FIRST = 0.1;
const WIDTH_SHARED = 0.007;
const WIDTH_LAST = 0.0007;
/** Agents dearer by so many widths get nothing. */
const DEARNESS_MAX = 12;
/** Shares of the steps: until the width is that of sharing, and until it falls on. */
const SETTLED = 0.5;
const SHARED = 0.8;
/** Shares are averaged over the last part of the time at that width. */
const AVERAGED = 0.6;
/** Well below 2, from which on prices would swing: a width dearer makes e times less work. */
const GAMMA = 0.8;
/** What one step may change is bounded: an agent that nobody wants, or all do, is no reason to leap. */
const RATIO_MAX = 4;

export function fractionalSchedule(times: ExpectedTimes, lanes: Lanes, steps: number): FractionalSchedule {
  const { agents, types } = times;
  const work = workOfTypes(times);
  const { laneCount, free } = lanesOfAgents(agents, lanes);
  const prices = firstPrices(times, laneCount);
  const shares = new Float64Array(types * agents);
  const load = new Float64Array(agents);
  let best: DualPrices = { prices: prices.slice(), boundMs: 0 };
  let averaged = 0;
  for (let step = 0; step < steps; step++) {
    const done = step / steps;
    const width = widthAt(done);
    const counted = done >= AVERAGED && done < SHARED;
    load.set(free);
    const boundMs =
      sumProduct(free, prices) + shareWork(times, work, laneCount, prices, width, load, counted ? shares : null);
    if (counted) averaged += 1;
    if (boundMs > best.boundMs) best = { prices: prices.slice(), boundMs };
    reprice(prices, load, laneCount, boundMs, GAMMA * width);
  }
  return { ...best, shares: shares.map((share) => share / averaged) };
}

/** Adds each type's work to agents' loads, and its shares to `shares`; answers with the work's cost at the lowest prices. */
function shareWork(
  { agents, types, rate }: ExpectedTimes,
  work: Float64Array,
  laneCount: Float64Array,
  prices: Float64Array,
  width: number,
  load: Float64Array,
  shares: Float64Array | null,
): number {
  const part = new Float64Array(agents);
  let cost = 0;
  for (let type = 0; type < types; type++) {
    const row = type * agents;
    let lowest = Infinity;
    for (let agent = 0; agent < agents; agent++) {
      const priced = rate[row + agent]! * prices[agent]!;
      if (priced < lowest && laneCount[agent]! > 0) lowest = priced;
    }
    cost += work[type]! * lowest;
    const limit = lowest * (1 + width * DEARNESS_MAX);
    let sum = 0;
    for (let agent = 0; agent < agents; agent++) {
      const priced = rate[row + agent]! * prices[agent]!;
      part[agent] =
        priced < limit && laneCount[agent]! > 0 ? Math.exp((1 - priced / lowest) / width) * laneCount[agent]! : 0;
      sum += part[agent]!;
    }
    for (let agent = 0; agent < agents; agent++) {
      if (part[agent] === 0) continue;
      const share = part[agent]! / sum;
      load[agent]! += work[type]! * rate[row + agent]! * share;
      if (shares) shares[row + agent]! += share;
    }
  }
  return cost;
}

function reprice(
  prices: Float64Array,
  load: Float64Array,
  laneCount: Float64Array,
  boundMs: number,
  power: number,
): void {
  for (let agent = 0; agent < prices.length; agent++) {
    if (laneCount[agent] === 0) continue;
    const ratio = load[agent]! / laneCount[agent]! / boundMs;
    prices[agent]! *= Math.min(RATIO_MAX, Math.max(1 / RATIO_MAX, ratio)) ** power;
  }
  normalise(prices, laneCount);
}

function widthAt(done: number): number {
  if (done < SETTLED) return WIDTH_FIRST * (WIDTH_SHARED / WIDTH_FIRST) ** (done / SETTLED);
  if (done < SHARED) return WIDTH_SHARED;
  return WIDTH_SHARED * (WIDTH_LAST / WIDTH_SHARED) ** ((done - SHARED) / (1 - SHARED));
}
