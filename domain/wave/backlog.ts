/** Which tasks a wave has: those its number names and nobody has done, and those that earlier waves of the run deferred. */
import { ignoredAsk, isAskedFor, type RetryAsk } from '../control/retry-ask.ts';
import type { Task } from '../model/task.ts';

/** How a task last ended in a live run. */
export interface EndedTask {
  generation: number;
  status: 'completed' | 'failed' | 'rejected';
  execution_id: string;
}

/** A task with its wave known. */
export type PlacedTask = Task & { wave: number };

/**
 * Gives every task a wave. Where the schedule names none, tasks form waves of `tasksPerWave` after the last scheduled
 * one, most urgent first, then in the order in which they were read.
 */
export function placeTasks(tasks: readonly Task[], tasksPerWave: number): PlacedTask[] {
  const last = tasks.reduce((latest, task) => Math.max(latest, task.wave ?? 0), 0);
  const unplaced = tasks.filter((task) => task.wave === null);
  const byPriority = [...unplaced].sort((a, b) => a.priority - b.priority);
  const waves = new Map(byPriority.map((task, index) => [task.task_id, last + 1 + Math.floor(index / tasksPerWave)]));
  return tasks.map((task) => ({ ...task, wave: task.wave ?? waves.get(task.task_id) ?? last + 1 }));
}

/**
 * Tasks that a run may still run, each with its generation. What this run ended is not pending: failed and rejected
 * tasks return in the next run only, unless a person asks for failed ones (`retry`). What an earlier run completed is
 * pending only with `rerun`, one generation on.
 */
export function pendingTasks(
  placed: readonly PlacedTask[],
  ended: ReadonlyMap<string, EndedTask>,
  run: { execution_id: string; rerun: boolean; retry?: RetryAsk | null },
): PlacedTask[] {
  return placed.flatMap((task) => {
    const end = ended.get(task.task_id);
    if (!end) return [task];
    if (end.execution_id === run.execution_id) {
      const again = end.status === 'failed' && isAskedFor(run.retry ?? null, task.task_id);
      return again ? [{ ...task, generation: end.generation }] : [];
    }
    if (end.status !== 'completed') return [{ ...task, generation: end.generation }];
    return run.rerun ? [{ ...task, generation: end.generation + 1 }] : [];
  });
}

/** In words, which tasks that a person named in `retry` do not run again, and why; null: all of them do. */
export function retryIgnored(
  tasks: readonly Task[],
  ended: ReadonlyMap<string, EndedTask>,
  { execution_id, retry }: { execution_id: string; retry: RetryAsk | null },
): string | null {
  const known = new Set(tasks.map(({ task_id }) => task_id));
  return ignoredAsk(retry, (taskId) => {
    if (!known.has(taskId)) return 'no such task in the dataset';
    const end = ended.get(taskId);
    if (end?.execution_id !== execution_id) return 'not failed in this run';
    return end.status === 'failed' ? null : end.status;
  });
}

/** Numbers of the waves that have tasks, ascending. */
export function waveNumbers(tasks: readonly PlacedTask[]): number[] {
  return [...new Set(tasks.map((task) => task.wave))].sort((a, b) => a - b);
}

/** The pending tasks of a run's latest wave: its own, what the waves before it left, and `again`, whatever their wave. */
export function tasksOfWave(
  pending: readonly PlacedTask[],
  wavesSoFar: readonly number[],
  again: ReadonlySet<string> = new Set(),
): PlacedTask[] {
  const waves = new Set(wavesSoFar);
  return pending.filter((task) => waves.has(task.wave) || again.has(task.task_id));
}
