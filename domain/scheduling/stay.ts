/** The plan before as a start: every task that may stays on its agent. */
import type { EtcMatrix } from './etc-matrix.ts';
import { timeOf } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, firstFree, lanesByAgent } from './lanes.ts';
import { listSchedule, longestFirst } from './list-schedule.ts';
import type { PlanningAgent } from './plan-wave.ts';

/** A plan before, as far as it may stay. */
export interface Stayed {
  /** Tasks that may not stay, and those that are new, are where they finish earliest. */
  assignment: Assignment;
  /** By task: index of its agent in the plan before; −1: it may not stay there, or is new. */
  home: Int32Array;
}

/** Null: no task was planned before. */
export function stayWhereAllowed(agents: readonly PlanningAgent[], etc: EtcMatrix, lanes: Lanes): Stayed | null {
  if (etc.tasks.every(({ from_agent }) => from_agent === null)) return null;
  const indexOf = new Map(agents.map(({ agent }, index) => [agent.agent_id, index]));
  const assignment = emptyAssignment(etc.tasks.length, lanes);
  const lanesOf = lanesByAgent(agents.length, lanes);
  const home = new Int32Array(etc.tasks.length).fill(-1);
  const { laneOf, finish } = assignment;
  for (const task of longestFirst(etc.cost)) {
    const agent = indexOf.get(etc.tasks[task]!.from_agent ?? '');
    const ms = agent === undefined ? Infinity : timeOf(etc.cost, task, agent);
    if (agent === undefined || ms === Infinity) continue;
    const lane = firstFree(lanesOf[agent]!, finish);
    laneOf[task] = lane;
    home[task] = agent;
    finish[lane]! += ms;
  }
  listSchedule(etc.cost, lanes, assignment);
  return { assignment, home };
}
