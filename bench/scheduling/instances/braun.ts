/**
 * Instances after Braun et al. (2001), "A comparison of eleven static heuristics for mapping a class of independent tasks
 * onto heterogeneous distributed computing systems" (the range-based method): a task's baseline is uniform in
 * [1, taskRange], each of its times is that baseline multiplied by a number uniform in [1, machineRange].
 *
 * Twelve classes `u_<consistency>_<task heterogeneity><machine heterogeneity>`, such as `u_c_hilo`.
 */
import { seededRandom } from '../../../domain/model/random.ts';
import { denseTimes, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';

/**
 * c, consistent: every row is sorted, so agent 0 is the fastest for every task. i, inconsistent: rows stay as drawn.
 * s, semi-consistent: the columns 0, 2, 4 … of each row are sorted among themselves, the others stay as drawn.
 */
export type Consistency = 'c' | 'i' | 's';

export interface BraunClass {
  name: string;
  consistency: Consistency;
  /** φ_b: upper end of the baselines; 3000 is high heterogeneity of tasks, 100 low. */
  taskRange: number;
  /** φ_r: upper end of the multipliers; 1000 is high heterogeneity of machines, 10 low. */
  machineRange: number;
}

const TASK_RANGES = [
  ['hi', 3000],
  ['lo', 100],
] as const;
const MACHINE_RANGES = [
  ['hi', 1000],
  ['lo', 10],
] as const;

/** In the order of the publications. */
export const BRAUN_CLASSES: readonly BraunClass[] = (['c', 'i', 's'] as const).flatMap((consistency) =>
  TASK_RANGES.flatMap(([task, taskRange]) =>
    MACHINE_RANGES.map(([machine, machineRange]) => {
      return { name: `u_${consistency}_${task}${machine}`, consistency, taskRange, machineRange };
    }),
  ),
);

/** A dense matrix. The same class, shape and seed give the same bytes on every machine. */
export function braunTimes(kind: BraunClass, tasks: number, agents: number, seed: number): ExpectedTimes {
  const random = seededRandom('braun', kind.name, seed);
  const cost = new Float64Array(tasks * agents);
  for (let task = 0; task < tasks; task++) {
    const baseline = uniform(random, kind.taskRange);
    const row = cost.subarray(task * agents, (task + 1) * agents);
    for (let agent = 0; agent < agents; agent++) row[agent] = baseline * uniform(random, kind.machineRange);
    if (kind.consistency === 'c') row.sort();
    if (kind.consistency === 's') sortEvenColumns(row);
  }
  return denseTimes(tasks, agents, cost);
}

/** Uniform in [1, upper). */
function uniform(random: () => number, upper: number): number {
  return 1 + random() * (upper - 1);
}

function sortEvenColumns(row: Float64Array): void {
  const sorted = row.filter((_, agent) => agent % 2 === 0).sort();
  sorted.forEach((ms, index) => (row[2 * index] = ms));
}
