/** Where a task would finish earliest, as Min-min, Max-min and Sufferage ask again and again. */
import { timeOf, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';

export interface EarliestLane {
  /** The first of equals. */
  lane: number;
  /** When the task would finish there, milliseconds. */
  finishMs: number;
  /** When it would finish on the second-best lane; Infinity where there is none. */
  secondMs: number;
}

/** `finish`: when each lane is done with what it has, milliseconds. */
export function earliestLane(times: ExpectedTimes, lanes: Lanes, finish: Float64Array, task: number): EarliestLane {
  const best: EarliestLane = { lane: -1, finishMs: Infinity, secondMs: Infinity };
  for (let lane = 0; lane < finish.length; lane++) {
    const endsMs = finish[lane]! + timeOf(times, task, lanes.agentOf[lane]!);
    if (endsMs < best.finishMs) {
      best.secondMs = best.finishMs;
      best.finishMs = endsMs;
      best.lane = lane;
    } else if (endsMs < best.secondMs) {
      best.secondMs = endsMs;
    }
  }
  return best;
}
