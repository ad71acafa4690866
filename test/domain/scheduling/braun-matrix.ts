/**
 * Matrices after Braun et al. (2001), "A comparison of eleven static heuristics …": task sizes uniform in [1, taskRange],
 * each multiplied per machine by a uniform number in [1, machineRange]; sorted rows make the matrix consistent.
 */
import { seededRandom } from '../../../domain/model/random.ts';
import { denseTimes, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';

export interface BraunKind {
  consistent: boolean;
  taskRange: number;
  machineRange: number;
}

export const BRAUN_KINDS: BraunKind[] = [true, false].flatMap((consistent) =>
  [100, 3000].flatMap((taskRange) => [10, 1000].map((machineRange) => ({ consistent, taskRange, machineRange }))),
);

export function braunMatrix(kind: BraunKind, tasks: number, agents: number, seed: number): ExpectedTimes {
  const random = seededRandom('braun', seed, String(kind.consistent), kind.taskRange, kind.machineRange);
  const cost = new Float64Array(tasks * agents);
  for (let task = 0; task < tasks; task++) {
    const size = 1 + random() * (kind.taskRange - 1);
    const row = Float64Array.from({ length: agents }, () => size * (1 + random() * (kind.machineRange - 1)));
    if (kind.consistent) row.sort();
    cost.set(row, task * agents);
  }
  return denseTimes(tasks, agents, cost);
}
