/** The options that the benchmark of scheduling and the program for its documentation share, and the instances they name. */
import { BRAUN_CLASSES, braunTimes } from './instances/braun.ts';
import { readInstances } from './instances/files.ts';
import type { NamedTimes } from './instances/instance.ts';

/** As the publications have them. */
export const PUBLISHED_TASKS = 512;
export const PUBLISHED_AGENTS = 16;

/** One of each class. */
export function generatedInstances(tasks: number, agents: number, seed: number): NamedTimes[] {
  return BRAUN_CLASSES.map((kind) => {
    return { name: kind.name, times: braunTimes(kind, tasks, agents, seed) };
  });
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
  const all = instances === undefined ? generatedInstances(tasks, agents, seed) : readInstances(instances);
  const chosen = all.filter(({ name }) => only === undefined || name === only);
  if (chosen.length > 0) return chosen;
  throw new Error(`--only ${only}: no such instance, expected one of ${all.map(({ name }) => name).join(', ')}`);
}
