/** The baselines by the names under which the benchmark reports them, the weakest first. */
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';
import { maxMin, minMin } from './min-min.ts';
import * as onePass from './one-pass.ts';
import { sufferage } from './sufferage.ts';

/** Gives a lane per task. Only `random` draws from the seed. */
export type Baseline = (times: ExpectedTimes, lanes: Lanes, seed: number) => Int32Array;

export const BASELINES: ReadonlyMap<string, Baseline> = new Map<string, Baseline>([
  ['random', onePass.random],
  ['round_robin', onePass.inTurn],
  ['olb', onePass.opportunistic],
  ['max_min', maxMin],
  ['mct', onePass.minimumCompletionTime],
  ['lpt_mct', onePass.longestFirstCompletionTime],
  ['sufferage', sufferage],
  ['min_min', minMin],
]);
