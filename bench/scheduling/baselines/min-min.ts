/**
 * Min-min and Max-min (Ibarra and Kim 1977): of all tasks without a lane, each with the earliest finish that it can have now,
 * the one with the lowest (Min-min) or the highest (Max-min) goes to its lane; then again. The first of equals is taken.
 */
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';
import { earliestLane } from './completion-time.ts';

export function minMin(times: ExpectedTimes, lanes: Lanes): Int32Array {
  return assignByCompletion(times, lanes, (a, b) => a < b);
}

export function maxMin(times: ExpectedTimes, lanes: Lanes): Int32Array {
  return assignByCompletion(times, lanes, (a, b) => a > b);
}

/** `isBefore`: whether the first finish is to be served before the second; milliseconds. */
function assignByCompletion(
  times: ExpectedTimes,
  lanes: Lanes,
  isBefore: (a: number, b: number) => boolean,
): Int32Array {
  const finish = Float64Array.from(lanes.freeAt);
  const laneOf = new Int32Array(times.tasks);
  const waiting = Array.from({ length: times.tasks }, (_, task) => {
    return { task, best: earliestLane(times, lanes, finish, task) };
  });
  while (waiting.length > 0) {
    let chosen = 0;
    for (let at = 1; at < waiting.length; at++) {
      if (isBefore(waiting[at]!.best.finishMs, waiting[chosen]!.best.finishMs)) chosen = at;
    }
    const [{ task, best }] = waiting.splice(chosen, 1) as [(typeof waiting)[number]];
    laneOf[task] = best.lane;
    finish[best.lane] = best.finishMs;
    // Only that lane became later: a task that is best off elsewhere still is.
    for (const other of waiting) {
      if (other.best.lane === best.lane) other.best = earliestLane(times, lanes, finish, other.task);
    }
  }
  return laneOf;
}
