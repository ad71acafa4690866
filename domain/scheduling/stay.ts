/** The plan before as a start: every task that may stays on its agent. */
import type { EtcMatrix } from './etc-matrix.ts';
import { timeOf } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, firstFree, lanesByAgent } from './lanes.ts';
import { listSchedule, longestFirst } from './list-schedule.ts';
import type { PlanningAgent } from './plan-wave.ts';

/** Tasks that may not stay, and those that are new, go where they finish earliest. Null: no task was planned before. */
export function stayWhereAllowed(agents: readonly PlanningAgent[], etc: EtcMatrix, lanes: Lanes): Assignment | null {
  if (etc.tasks.every(({ from_agent }) => from_agent === null)) return null;
  const indexOf = new Map(agents.map(({ agent }, index) => [agent.agent_id, index]));
  const assignment = emptyAssignment(etc.tasks.length, lanes);
  const lanesOf = lanesByAgent(agents.length, lanes);
  const { laneOf, finish } = assignment;
  for (const task of longestFirst(etc.cost)) {
    const agent = indexOf.get(etc.tasks[task]!.from_agent ?? '');
    const ms = agent === undefined ? Infinity : timeOf(etc.cost, task, agent);
    if (agent === undefined || ms === Infinity) continue;
    const lane = firstFree(lanesOf[agent]!, finish);
    laneOf[task] = lane;
    finish[lane]! += ms;
  }
  listSchedule(etc.cost, lanes, assignment);
  return assignment;
}
