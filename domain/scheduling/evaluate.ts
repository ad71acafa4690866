/** Whether a new plan is worth leaving the present one for. */
import type { WaveKnobs } from '../model/agent.ts';
import type { Plan } from '../model/plan.ts';
import { assemblePlan } from './assemble-plan.ts';
import { checkPlanInput } from './eligibility.ts';
import { buildEtcMatrix } from './etc-matrix.ts';
import { emptyAssignment, openLanes } from './lanes.ts';
import { listSchedule } from './list-schedule.ts';
import type { PlanInput } from './plan-wave.ts';
import { stayWhereAllowed } from './stay.ts';

/**
 * The plan that moves nothing it need not: every task on its agent of the plan before, where it may still go; others
 * where they finish earliest. Takes the same input as `planWave`, so that the two can be compared.
 */
export function keepPlan(input: PlanInput): Plan {
  checkPlanInput(input.pending, input.agents);
  const etc = buildEtcMatrix(input);
  const lanes = openLanes(input.agents, input.seed);
  let assignment = stayWhereAllowed(input.agents, etc, lanes);
  if (!assignment) {
    assignment = emptyAssignment(etc.tasks.length, lanes);
    listSchedule(etc.cost, lanes, assignment);
  }
  return assemblePlan(input, etc, lanes, assignment.laneOf);
}

/**
 * True when the fresh plan shortens the wave by more than `rebalance_threshold` of what it takes with the kept one.
 * `elapsedMs`: how long the wave has run already, so that its last moments do not make small gains look large.
 */
export function isWorthIt(kept: Plan, fresh: Plan, knobs: WaveKnobs, elapsedMs: number): boolean {
  return kept.makespan_ms - fresh.makespan_ms > knobs.rebalance_threshold * (elapsedMs + kept.makespan_ms);
}
