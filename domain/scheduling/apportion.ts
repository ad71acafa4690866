/**
 * Whole tasks for a fractional schedule: longest first, each to the agent that still lacks most of its share of the type, there
 * to the lane that is free first. The small tasks come last and fill what is missing, so lanes end within about one of them.
 */
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, lanesByAgent } from './lanes.ts';
import { longestFirst } from './list-schedule.ts';

/** `shares`: of each type's work by agent, `type * agents + agent`. */
export function apportion(times: ExpectedTimes, lanes: Lanes, shares: Float64Array): Assignment {
  const { tasks, agents, types, size, typeOf, rate } = times;
  const lanesOf = lanesByAgent(agents, lanes);
  const agentsFor = Array.from({ length: types }, (_, type) =>
    Int32Array.from(shares.subarray(type * agents, (type + 1) * agents).keys()).filter(
      (agent) => shares[type * agents + agent]! > 0,
    ),
  );
  /** Milliseconds of the type that the agent still lacks. */
  const lacking = new Float64Array(types * agents);
  for (let task = 0; task < tasks; task++) {
    const row = typeOf[task]! * agents;
    for (const agent of agentsFor[typeOf[task]!]!) {
      lacking[row + agent]! += size[task]! * rate[row + agent]! * shares[row + agent]!;
    }
  }
  const assignment = emptyAssignment(tasks, lanes);
  const { laneOf, finish } = assignment;
  for (const task of longestFirst(times)) {
    const row = typeOf[task]! * agents;
    let best = -1;
    for (const agent of agentsFor[typeOf[task]!]!) {
      if (best === -1 || lacking[row + agent]! > lacking[row + best]!) best = agent;
    }
    const ms = size[task]! * rate[row + best]!;
    lacking[row + best]! -= ms;
    const lane = lanesOf[best]!.reduce((first, other) => (finish[other]! < finish[first]! ? other : first));
    laneOf[task] = lane;
    finish[lane]! += ms;
  }
  return assignment;
}
