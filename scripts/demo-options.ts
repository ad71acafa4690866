/** The options that shape a generated dataset. */
import type { Command } from 'commander';
import type { DemoOptions } from '../domain/demo/generate.ts';
import { DEMO_DEFAULTS } from '../domain/demo/generate.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export type DemoFlags = Record<keyof DemoOptions, string>;

const DESCRIPTIONS: Record<keyof DemoOptions, string> = {
  waves: 'number of waves',
  tasks: 'tasks per wave',
  agents: 'number of agents',
  seed: 'another seed gives another dataset',
};

export function addDemoOptions(command: Command): Command {
  for (const name of ['waves', 'tasks', 'agents', 'seed'] as const) {
    command.option(`--${name} <number>`, DESCRIPTIONS[name], String(DEMO_DEFAULTS[name]));
  }
  return command;
}

/** Throws `CommandError` for anything but whole numbers from 1 (a seed: from 0). */
export function readDemoOptions(flags: DemoFlags): DemoOptions {
  const read = (name: keyof DemoOptions, least: number) => {
    const value = Number(flags[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new CommandError(
      exitCodes.badInput,
      `--${name}: found ${flags[name]}, expected a whole number from ${least}.`,
    );
  };
  return { waves: read('waves', 1), tasks: read('tasks', 1), agents: read('agents', 1), seed: read('seed', 0) };
}
