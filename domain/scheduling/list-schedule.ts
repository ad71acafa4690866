/** List scheduling: tasks one after the other, longest first (LPT), each to the lane that finishes it earliest. */
import type { Assignment, CostMatrix, Lanes } from './lanes.ts';

/** Task indices, longest (on the agent where it is shortest) first; equals in input order. */
export function longestFirst({ tasks, agents, cost }: CostMatrix): number[] {
  const shortest = Float64Array.from({ length: tasks }, (_, task) =>
    cost.subarray(task * agents, (task + 1) * agents).reduce((min, ms) => Math.min(min, ms), Infinity),
  );
  return Array.from({ length: tasks }, (_, task) => task).sort((a, b) => shortest[b]! - shortest[a]! || a - b);
}

/**
 * Puts every task that has no lane yet on the lane where it finishes earliest. `prices` (one per agent) weigh an agent's
 * time: with them a task first goes to its cheapest agent, and there to the lane that is free earliest.
 */
export function listSchedule(matrix: CostMatrix, lanes: Lanes, assignment: Assignment, prices?: Float64Array): void {
  const { agents, cost } = matrix;
  const { laneOf, finish } = assignment;
  for (const task of longestFirst(matrix)) {
    if (laneOf[task] !== -1) continue;
    const only = prices ? cheapestAgent(matrix, task, prices) : -1;
    let best = -1;
    let bestFinish = Infinity;
    for (let lane = 0; lane < finish.length; lane++) {
      const agent = lanes.agentOf[lane]!;
      if (only !== -1 && agent !== only) continue;
      const ends = finish[lane]! + cost[task * agents + agent]!;
      if (ends < bestFinish) {
        best = lane;
        bestFinish = ends;
      }
    }
    laneOf[task] = best;
    finish[best] = bestFinish;
  }
}

/** The agent on which the task's cost × price is lowest; the first of equals. */
export function cheapestAgent({ agents, cost }: CostMatrix, task: number, prices: Float64Array): number {
  let best = -1;
  let lowest = Infinity;
  for (let agent = 0; agent < agents; agent++) {
    const ms = cost[task * agents + agent]!;
    if (ms < Infinity && ms * prices[agent]! < lowest) {
      best = agent;
      lowest = ms * prices[agent]!;
    }
  }
  return best;
}
