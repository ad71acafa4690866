/** Order inside an agent, and when each task of it starts and ends. */

export interface TimelineTask {
  task_id: string;
  priority: number;
  /** Expected milliseconds with repeats. */
  expectedMs: number;
}

/** Most urgent first, then the longest, then by id. */
export function byUrgency(a: TimelineTask, b: TimelineTask): number {
  return a.priority - b.priority || b.expectedMs - a.expectedMs || (a.task_id < b.task_id ? -1 : 1);
}

/**
 * Runs tasks in the given order on an agent's lanes, each on the lane that is free first, as the executor does. Times
 * are milliseconds after the origin.
 */
export function runLanes<T extends TimelineTask>(
  ordered: readonly T[],
  freeAt: readonly number[],
): { task: T; startMs: number; endMs: number }[] {
  const lanes = [...freeAt];
  return ordered.map((task) => {
    let first = 0;
    for (let lane = 1; lane < lanes.length; lane++) if (lanes[lane]! < lanes[first]!) first = lane;
    const startMs = lanes[first]!;
    const endMs = startMs + task.expectedMs;
    lanes[first] = endMs;
    return { task, startMs, endMs };
  });
}
