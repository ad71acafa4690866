/** The options that the benchmark of scheduling and the program for its documentation share, and the instances they name. */
import { InvalidArgumentError } from 'commander';
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

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
