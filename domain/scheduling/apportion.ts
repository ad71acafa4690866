/**
 * Whole tasks for a fractional schedule: longest first, each to the agent that still lacks most of its share of the type, there
 * to the lane that is free first. The small tasks come last and fill what is missing, so lanes end within about one of them.
 */
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, firstFree, lanesByAgent } from './lanes.ts';

/**
 * `shares`: of each type's work by agent, `type * agents + agent`; `order`: as `longestFirst` gives it. With a plan before (`stayed`, lane by task), a task stays on its agent
 * while that lacks at least half of it, so that only what the shares no longer want there moves.
 */
export function apportion(
  times: ExpectedTimes,
  lanes: Lanes,
  shares: Float64Array,
  order: Int32Array,
  stayed?: Int32Array,
): Assignment {
  const { tasks, agents, types, size, typeOf, rate } = times;
  const lanesOf = lanesByAgent(agents, lanes);
  const agentsFor = Array.from({ length: types }, (_, type) =>
    Int32Array.from(shares.subarray(type * agents, (type + 1) * agents).keys()).filter(
      (agent) => shares[type * agents + agent]! > 0,
    ),
  );
  /** Milliseconds of the type that the agent still lacks. */
  const lacking = new Float64Array(types * agents);
  const lackingInAll = new Float64Array(agents);
  for (let task = 0; task < tasks; task++) {
    const row = typeOf[task]! * agents;
    for (const agent of agentsFor[typeOf[task]!]!) {
      const ms = size[task]! * rate[row + agent]! * shares[row + agent]!;
      lacking[row + agent]! += ms;
      lackingInAll[agent]! += ms;
    }
  }
  const assignment = emptyAssignment(tasks, lanes);
  const { laneOf, finish } = assignment;
  const put = (task: number, agent: number) => {
    const at = typeOf[task]! * agents + agent;
    const lane = firstFree(lanesOf[agent]!, finish);
    const ms = size[task]! * rate[at]!;
    lacking[at]! -= ms;
    lackingInAll[agent]! -= ms;
    laneOf[task] = lane;
    finish[lane]! += ms;
  };
  if (stayed) {
    for (const task of order) {
      const agent = lanes.agentOf[stayed[task]!]!;
      const at = typeOf[task]! * agents + agent;
      if (lacking[at]! >= (size[task]! * rate[at]!) / 2) put(task, agent);
    }
  }
  for (const task of order) {
    if (laneOf[task] !== -1) continue;
    const row = typeOf[task]! * agents;
    let best = -1;
    let most = -Infinity;
    for (const agent of agentsFor[typeOf[task]!]!) {
      // Where tasks stayed, agents lack of all types what few tasks can fill: then the whole counts.
      const lack = stayed ? lackingInAll[agent]! : lacking[row + agent]!;
      if (lack > most) [best, most] = [agent, lack];
    }
    put(task, best);
  }
  return assignment;
}
