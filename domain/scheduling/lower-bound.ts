/**
 * A lower bound on the latest finish over all lanes, by weak duality of the assignment's linear program.
 *
 * For any prices y ≥ 0 on agents with Σ y·lanes = 1, no assignment finishes before Σ y·(free times) + Σ_i min_j y_j·cost_ij:
 * every lane's load is at most the makespan, and each task costs at least its cheapest agent's price. Prices are raised
 * where lanes overflow and lowered where they idle (multiplicative weights); the best bound met is kept. Every price
 * vector met is a certificate on its own, so stopping early costs tightness, never validity.
 */
import type { CostMatrix, Lanes } from './lanes.ts';
import { cheapestAgent } from './list-schedule.ts';

const STEP_FIRST = 0.5;

export interface DualPrices {
  /** One per agent, for one millisecond of one lane. */
  prices: Float64Array;
  /** Milliseconds. */
  boundMs: number;
}

/** Prices after so many steps, and the bound that they prove. O(steps × tasks × agents). */
export function dualPrices(matrix: CostMatrix, lanes: Lanes, steps: number): DualPrices {
  const { tasks, agents, cost } = matrix;
  const laneCount = new Float64Array(agents);
  const freeSum = new Float64Array(agents);
  lanes.agentOf.forEach((agent, lane) => {
    laneCount[agent]! += 1;
    freeSum[agent]! += lanes.freeAt[lane]!;
  });
  const prices = new Float64Array(agents).fill(1 / lanes.agentOf.length);
  let best: DualPrices = { prices: prices.slice(), boundMs: 0 };
  const load = new Float64Array(agents);
  for (let step = 0; step < steps; step++) {
    load.set(freeSum);
    for (let task = 0; task < tasks; task++) {
      const agent = cheapestAgent(matrix, task, prices);
      load[agent]! += cost[task * agents + agent]!;
    }
    const boundMs = load.reduce((sum, ms, agent) => sum + ms * prices[agent]!, 0);
    if (boundMs > best.boundMs) best = { prices: prices.slice(), boundMs };
    const stepSize = STEP_FIRST / Math.sqrt(step + 1);
    const most = load.reduce((max, ms, agent) => Math.max(max, ms / laneCount[agent]!), 0);
    if (most === 0) break;
    for (let agent = 0; agent < agents; agent++) {
      const excess = (load[agent]! / laneCount[agent]! - boundMs) / most;
      prices[agent]! *= 1 + stepSize * Math.max(-0.9, excess);
    }
    const sum = prices.reduce((total, price, agent) => total + price * laneCount[agent]!, 0);
    for (let agent = 0; agent < agents; agent++) prices[agent]! /= sum;
  }
  return best;
}

/** The better of the priced bound and the longest task on its best lane. */
export function lowerBoundMs(matrix: CostMatrix, lanes: Lanes, steps: number): number {
  let longest = 0;
  for (let task = 0; task < matrix.tasks; task++) {
    let earliest = Infinity;
    lanes.agentOf.forEach((agent, lane) => {
      earliest = Math.min(earliest, lanes.freeAt[lane]! + matrix.cost[task * matrix.agents + agent]!);
    });
    longest = Math.max(longest, earliest);
  }
  return Math.max(longest, dualPrices(matrix, lanes, steps).boundMs);
}
