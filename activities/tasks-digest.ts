import { createHash } from 'node:crypto';
import type { Task } from '../domain/model/task.ts';

/** SHA-256 over the ids and generations of tasks, in the order of their ids: names the work of a wave. */
export function tasksSha256(tasks: readonly Task[]): string {
  const lines = tasks.map(({ task_id, generation }) => `${task_id}/${generation}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
