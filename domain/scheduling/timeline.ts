/** Order inside an agent, and when each task of it starts and ends. */

export interface TimelineTask {
  /** Of the task, for the caller. */
  index: number;
  task_id: string;
  priority: number;
  /** Expected milliseconds with repeats. */
  expectedMs: number;
}

/** Milliseconds after the origin. */
export interface TimedTask {
  task: TimelineTask;
  startMs: number;
  endMs: number;
}

/** A parallel slot of the agent, with the tasks that the search put there. */
export interface TimelineLane {
  freeAtMs: number;
  tasks: readonly TimelineTask[];
}

/**
 * The agent's tasks in the order in which it is to take them, the most urgent first. An executor knows no lanes: it starts
 * the next task wherever one is free. Inside a priority longest first is taken, unless the order of the lanes' own starts, with which
 * the executor does what the search had in mind, ends earlier.
 */
export function agentTimeline(lanes: readonly TimelineLane[]): TimedTask[] {
  const freeAt = lanes.map(({ freeAtMs }) => freeAtMs);
  const longest = runLanes(lanes.flatMap(({ tasks }) => tasks).sort(byUrgency), freeAt);
  const asSearched = lanes
    .flatMap(({ freeAtMs, tasks }) => runLanes([...tasks].sort(byUrgency), [freeAtMs]))
    .sort((a, b) => a.task.priority - b.task.priority || a.startMs - b.startMs || byUrgency(a.task, b.task));
  const inThatOrder = runLanes(
    asSearched.map(({ task }) => task),
    freeAt,
  );
  return lastEnd(inThatOrder) < lastEnd(longest) ? inThatOrder : longest;
}

/** Most urgent first, then the longest, then by id. */
function byUrgency(a: TimelineTask, b: TimelineTask): number {
  return a.priority - b.priority || b.expectedMs - a.expectedMs || (a.task_id < b.task_id ? -1 : 1);
}

/** Runs tasks in the given order, each on the lane that is free first, as the executor does. */
function runLanes(ordered: readonly TimelineTask[], freeAt: readonly number[]): TimedTask[] {
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

function lastEnd(timed: readonly TimedTask[]): number {
  return timed.reduce((last, { endMs }) => Math.max(last, endMs), 0);
}
