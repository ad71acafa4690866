/** Static scheduling: the first plan is kept to the end. Only a task that its agent cannot have any more moves. */
import type { PlanStageInput, PlanStageResult } from '../../../domain/wave/plan-stage.ts';
import { holdPlaces, mayTake } from './held-placement.ts';

export function staticPlacement(input: PlanStageInput): PlanStageResult {
  return holdPlaces(input, (task) => {
    const agentId = input.assigned[task.task_id];
    return agentId !== undefined && mayTake(input, task, agentId) ? agentId : null;
  });
}
