/** Whether a new plan is worth leaving the present one for. */
import type { WaveKnobs } from '../model/agent.ts';
import type { Plan } from '../model/plan.ts';
import { assemblePlan } from './assemble-plan.ts';
import type { EtcMatrix } from './etc-matrix.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment } from './lanes.ts';
import { listSchedule } from './list-schedule.ts';
import type { PlanningProblem } from './plan-wave.ts';

/**
 * The plan that moves nothing it need not: every task on its agent of the plan before, where it may still go; others
 * where they finish earliest.
 */
export function keptPlan({ input, etc, lanes, stayed }: PlanningProblem): Plan {
  const assignment = stayed?.assignment ?? listedFromScratch(etc, lanes);
  return assemblePlan(input, etc, lanes, assignment.laneOf);
}

function listedFromScratch(etc: EtcMatrix, lanes: Lanes): Assignment {
  const assignment = emptyAssignment(etc.tasks.length, lanes);
  listSchedule(etc.cost, lanes, assignment);
  return assignment;
}

/**
 * True when the fresh plan shortens the wave by more than `rebalance_threshold` of what it takes with the kept one.
 * `elapsedMs`: how long the wave has run already, so that its last moments do not make small gains look large.
 */
export function isWorthIt(kept: Plan, fresh: Plan, knobs: WaveKnobs, elapsedMs: number): boolean {
  return kept.makespan_ms - fresh.makespan_ms > knobs.rebalance_threshold * (elapsedMs + kept.makespan_ms);
}
