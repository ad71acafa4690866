/**
 * A large instance in factored form: task i of type t takes size_i × pace_j × affinity_tj milliseconds on agent j. Sizes,
 * paces and affinities are uniform; some types may not go to some agents. Dense it would take 800 MB.
 */
import { seededRandom } from '../../../domain/model/random.ts';
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';

export const LARGE_TASKS = 100_000;
export const LARGE_AGENTS = 1_000;
const TYPES = 50;
const SIZE_RANGE = 3_000;
const PACE_RANGE = 4;
const AFFINITY_RANGE = 10;
/** Share of the pairs of type and agent that are not allowed. */
const BARRED_SHARE = 0.2;

/** The same shape and seed give the same bytes. Agent t modulo agents takes type t whatever was drawn. */
export function largeInstance(tasks: number, agents: number, seed: number): ExpectedTimes {
  const random = seededRandom('large instance', seed);
  const uniform = (upper: number) => 1 + random() * (upper - 1);
  const pace = Float64Array.from({ length: agents }, () => uniform(PACE_RANGE));
  const rate = Float64Array.from({ length: TYPES * agents }, (_, at) => {
    const [type, agent] = [Math.floor(at / agents), at % agents];
    const affinity = uniform(AFFINITY_RANGE);
    const barred = random() < BARRED_SHARE && agent !== type % agents;
    return barred ? Infinity : pace[agent]! * affinity;
  });
  const size = Float64Array.from({ length: tasks }, () => uniform(SIZE_RANGE));
  const typeOf = Int32Array.from({ length: tasks }, () => Math.floor(random() * TYPES));
  return { tasks, agents, types: TYPES, size, typeOf, rate };
}
