/** A plan in which tasks stay where they were put: the product's own stage, given one agent to choose from per task. */
import { invariant } from '../../../domain/model/invariant.ts';
import type { Task } from '../../../domain/model/task.ts';
import type { PlanStageInput, PlanStageResult } from '../../../domain/wave/plan-stage.ts';
import { planStage } from '../../../domain/wave/plan-stage.ts';

/** Plans with the tasks held where `placeOf` says; null: the planner is free to choose. */
export function holdPlaces(input: PlanStageInput, placeOf: (task: Task) => string | null): PlanStageResult {
  const places = new Map(input.tasks.map((task) => [task.task_id, placeOf(task)]));
  return planStage({
    ...input,
    estimate: (task, agentId) => {
      const place = places.get(task.task_id);
      invariant(place !== undefined, `task ${task.task_id} is not of this wave`);
      return place === null || place === agentId ? input.estimate(task, agentId) : null;
    },
  });
}

/** Whether an agent is up and has attempts left for a task. */
export function mayTake(input: PlanStageInput, task: Task, agentId: string): boolean {
  const standing = input.agents.find(({ agent_id }) => agent_id === agentId);
  const used = input.book.get(task.task_id)?.attemptsOn[agentId] ?? 0;
  return standing?.up === true && used < (input.settings.parameters[agentId]?.retry_threshold ?? 0);
}
