/**
 * Agents in turn, tasks with a higher `priority` number first, as the original scheduled. Nothing moves within a wave but
 * a task that its agent cannot have any more: it goes to the next agent in turn that can.
 */
import type { Task } from '../../../domain/model/task.ts';
import type { PlanStageInput, PlanStageResult } from '../../../domain/wave/plan-stage.ts';
import { holdPlaces, mayTake } from './held-placement.ts';

export function inTurn(input: PlanStageInput): PlanStageResult {
  const ids = input.settings.agents.map(({ agent_id }) => agent_id);
  const queue = [...input.tasks].sort((a, b) => b.priority - a.priority);
  const turns = new Map(queue.map((task, index) => [task.task_id, index % ids.length]));
  return holdPlaces({ ...input, tasks: highestFirst(input.tasks) }, (task) => {
    const assigned = input.assigned[task.task_id];
    const from = assigned === undefined ? turns.get(task.task_id)! : ids.indexOf(assigned);
    const order = [...ids.slice(from), ...ids.slice(0, from)];
    return order.find((agentId) => mayTake(input, task, agentId)) ?? null;
  });
}

/** The product runs low numbers first: they are turned round. */
function highestFirst(tasks: readonly Task[]): Task[] {
  const highest = Math.max(...tasks.map(({ priority }) => priority));
  return tasks.map((task) => ({ ...task, priority: highest + 1 - task.priority }));
}
