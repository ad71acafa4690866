/**
 * Sufferage (Maheswaran et al. 1999) in the form of their paper, which assigns in iterations: within one, every task without
 * a lane bids for the lane where it would finish earliest, with what it would suffer on its second-best lane; a lane keeps
 * the highest bid (the earlier of equals), and finish times change only at the iteration's end. The form that assigns one
 * task at a time gives other schedules.
 */
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';
import { earliestLane } from './completion-time.ts';

interface Bid {
  task: number;
  finishMs: number;
  /** Finish on the second-best lane − finish on the best; milliseconds, Infinity where no other lane may have the task. */
  sufferageMs: number;
}

export function sufferage(times: ExpectedTimes, lanes: Lanes): Int32Array {
  const finish = Float64Array.from(lanes.freeAt);
  const laneOf = new Int32Array(times.tasks).fill(-1);
  let waiting = Array.from({ length: times.tasks }, (_, task) => task);
  while (waiting.length > 0) {
    const bids = new Map<number, Bid>();
    for (const task of waiting) {
      const { lane, finishMs, secondMs } = earliestLane(times, lanes, finish, task);
      const bid = { task, finishMs, sufferageMs: secondMs - finishMs };
      if (bid.sufferageMs > (bids.get(lane)?.sufferageMs ?? -1)) bids.set(lane, bid);
    }
    for (const [lane, { task, finishMs }] of bids) {
      laneOf[task] = lane;
      finish[lane] = finishMs;
    }
    waiting = waiting.filter((task) => laneOf[task] === -1);
  }
  return laneOf;
}
