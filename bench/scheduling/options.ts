/** The options that the benchmark of scheduling and the program for its documentation share, and the instances they name. */
import { BRAUN_CLASSES, braunTimes } from './instances/braun.ts';
import { instanceNames, readInstances } from './instances/files.ts';
import type { NamedTimes } from './instances/instance.ts';

/** As the publications have them. */
export const PUBLISHED_TASKS = 512;
export const PUBLISHED_AGENTS = 16;

/** Baselines look at all pairs for each task: beyond, they would take minutes. */
const PAIRS_MAX = 1_000_000;

/** One of each class, or that of the name. */
export function generatedInstances(tasks: number, agents: number, seed: number, only?: string): NamedTimes[] {
  const kinds = BRAUN_CLASSES.filter(({ name }) => only === undefined || name === only);
  return kinds.map((kind) => ({ name: kind.name, times: braunTimes(kind, tasks, agents, seed) }));
}

/** Those of a folder, or generated ones; only that of the name, where there is one. */
export function chosenInstances(options: {
  instances?: string | undefined;
  tasks: number;
  agents: number;
  seed: number;
  only?: string | undefined;
}): NamedTimes[] {
  const { instances, tasks, agents, seed, only } = options;
  if (instances === undefined && tasks * agents > PAIRS_MAX) {
    throw new Error(
      `--tasks ${tasks} --agents ${agents}: ${tasks * agents} pairs, expected ${PAIRS_MAX} at most; --large solves one of that size`,
    );
  }
  const chosen =
    instances === undefined ? generatedInstances(tasks, agents, seed, only) : readInstances(instances, only);
  if (chosen.length > 0) return chosen;
  const names = instances === undefined ? BRAUN_CLASSES.map(({ name }) => name) : instanceNames(instances);
  throw new Error(`--only ${only}: no such instance, expected one of ${names.join(', ')}`);
}
