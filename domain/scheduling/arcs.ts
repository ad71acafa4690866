/**
 * The few placements that are worth a look: a task may go where its reduced cost
 *
 *   r_ij = (y_j · time_ij − min_k y_k · time_ik) ÷ bound
 *
 * is small. For any assignment, gap to the bound = Σ r of its placements + priced idle time, so a placement whose reduced
 * cost is larger than the gap one hopes for is in no such assignment. y are the dual prices.
 */
import type { DualPrices } from './dual-prices.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { Lanes } from './lanes.ts';
import { lanesByAgent } from './lanes.ts';

/** One arc is a task on a lane; the arcs of task i are start[i] to start[i + 1] − 1, cheapest agent first. */
export interface Arcs {
  start: Int32Array;
  taskOf: Int32Array;
  laneOf: Int32Array;
  /** Time of the task on that lane ÷ bound. */
  time: Float64Array;
  /** Priced time ÷ bound: what the arc costs when prices are right. */
  priced: Float64Array;
}

interface AgentArc {
  agent: number;
  /** Reduced cost of one unit of size. */
  reduced: number;
}

/** Every task keeps at least so many agents, where it has them. */
const AGENTS_MIN = 2;

/**
 * Arcs with reduced cost up to `budget` (share of the bound), those of the cheapest two agents in any case, and that of the
 * task's lane in `assignment`, where one is given.
 */
export function promisingArcs(
  times: ExpectedTimes,
  lanes: Lanes,
  { prices, boundMs }: DualPrices,
  budget: number,
  assignment?: Int32Array,
): Arcs {
  const { tasks, size, typeOf } = times;
  const byType = rowsByReducedCost(times, lanes, prices);
  const lanesOf = lanesByAgent(times.agents, lanes);
  const start = new Int32Array(tasks + 1);
  const taskOf: number[] = [];
  const laneOf: number[] = [];
  const time: number[] = [];
  const priced: number[] = [];
  for (let task = 0; task < tasks; task++) {
    const type = typeOf[task]!;
    const own = assignment === undefined ? -1 : lanes.agentOf[assignment[task]!]!;
    byType[type]!.forEach(({ agent, reduced }, rank) => {
      if (rank >= AGENTS_MIN && agent !== own && reduced * size[task]! > budget * boundMs) return;
      const share = (size[task]! * times.rate[type * times.agents + agent]!) / boundMs;
      for (const lane of lanesOf[agent]!) {
        taskOf.push(task);
        laneOf.push(lane);
        time.push(share);
        priced.push(share * prices[agent]!);
      }
    });
    start[task + 1] = taskOf.length;
  }
  return {
    start,
    taskOf: Int32Array.from(taskOf),
    laneOf: Int32Array.from(laneOf),
    time: Float64Array.from(time),
    priced: Float64Array.from(priced),
  };
}

/** By type, the agents that have lanes and may take it, the lowest reduced cost first. */
function rowsByReducedCost({ agents, types, rate }: ExpectedTimes, lanes: Lanes, prices: Float64Array): AgentArc[][] {
  const open = [...new Set(lanes.agentOf)].sort((a, b) => a - b);
  return Array.from({ length: types }, (_, type) => {
    const row = open
      .filter((agent) => rate[type * agents + agent]! < Infinity)
      .map((agent) => ({ agent, reduced: rate[type * agents + agent]! * prices[agent]! }))
      .sort((a, b) => a.reduced - b.reduced || a.agent - b.agent);
    const least = row[0]?.reduced ?? 0;
    return row.map(({ agent, reduced }) => ({ agent, reduced: reduced - least }));
  });
}
