import type { Task } from '../model/task.ts';
import { isInScope, type Scope } from './scope.ts';

/**
 * Tasks with new priorities, in their old order. A task that matches an earlier entry becomes more urgent than one that
 * matches a later entry or none; among tasks of the same entry the old priority decides, and equal ones stay equal. New
 * priorities count 1, 2, 3 … `matched`: tasks that some entry matched; `isMoved`: whether any two of the tasks stand otherwise
 * than before. `confidenceOf`: a task's declared confidence.
 */
export function reprioritise(
  tasks: readonly Task[],
  rule: { entries: readonly Scope[]; within: Scope },
  confidenceOf: (task: Task) => number,
): { tasks: Task[]; matched: number; isMoved: boolean } {
  const { entries, within } = rule;
  const ranked = tasks.map((task) => {
    const matches = (scope: Scope) => isInScope(scope, task.risk_level, confidenceOf(task));
    const entry = matches(within) ? entries.findIndex(matches) : -1;
    return { task, rank: entry === -1 ? entries.length : entry };
  });
  const matched = ranked.filter(({ rank }) => rank < entries.length).length;
  const inOrder = [...ranked].sort((a, b) => a.rank - b.rank || a.task.priority - b.task.priority);
  const isMoved = inOrder.some(({ rank, task }, index) => {
    const before = inOrder[index - 1];
    return before !== undefined && before.rank !== rank && before.task.priority >= task.priority;
  });
  if (!isMoved) return { tasks: [...tasks], matched, isMoved };
  const priorities = new Map<Task, number>();
  let priority = 0;
  inOrder.forEach((item, index) => {
    const before = inOrder[index - 1];
    if (before?.rank !== item.rank || before.task.priority !== item.task.priority) priority += 1;
    priorities.set(item.task, priority);
  });
  return {
    tasks: tasks.map((task) => ({ ...task, priority: priorities.get(task) ?? task.priority })),
    matched,
    isMoved,
  };
}
