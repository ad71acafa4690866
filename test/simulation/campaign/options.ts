/** The flags of `npm run simulate`. */
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../../bench/option-values.ts';
import type { Case } from './case.ts';

export type SimulateOptions = ({ what: 'campaign'; from: number; seeds: number } | { what: 'case'; one: Case }) & {
  json: boolean;
};

const SEEDS = 1_000;

/** `argv` without the program. Throws commander's error when the flags make no sense. */
export function parseOptions(argv: readonly string[]): SimulateOptions {
  const program = new Command('npm run simulate --')
    .description('Runs the dispatch on a virtual clock under faults drawn from seeds, and checks its promises')
    .option('--seeds <n>', `so many seeds (default: ${SEEDS})`, wholeNumber)
    .option('--from <n>', 'the first of them (default: 1)', wholeNumber)
    .option('--seed <n>', 'one seed, told step by step', wholeNumber)
    .option('--keep <numbers>', 'with --seed: only these faults, for example 3,7, or none', numbers)
    .option('--tasks <n>', 'with --seed: only the first so many tasks', wholeNumber)
    .option('--agents <numbers>', 'with --seed: only these agents, for example 0,2', numbers)
    .option('--json', 'one line of JSON for a campaign', false)
    .exitOverride()
    .parse(argv, { from: 'user' });
  const given = program.opts<{
    seeds?: number;
    from?: number;
    seed?: number;
    keep?: number[];
    tasks?: number;
    agents?: number[];
    json: boolean;
  }>();
  const { seed, keep, tasks, agents, json } = given;
  if (seed === undefined) {
    if (keep || tasks !== undefined || agents) program.error('error: --keep, --tasks and --agents need --seed');
    return { what: 'campaign', from: given.from ?? 1, seeds: given.seeds ?? SEEDS, json };
  }
  if (given.seeds !== undefined || given.from !== undefined || json) {
    program.error('error: --seed goes with --keep, --tasks and --agents only');
  }
  if (agents?.length === 0) program.error('error: --agents names no agent, expected at least one');
  return { what: 'case', one: { seed, keep: keep ?? null, tasks: tasks ?? null, agents: agents ?? null }, json };
}

function numbers(text: string): number[] {
  if (text === 'none') return [];
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError('Expected numbers with commas between them, or none.');
  return text.split(',').map(Number);
}
