/** The options that say what a run is to do, for every command that starts one or has one started. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { BadInputError } from '../contracts/bad-input.ts';
import { parseRunInput } from '../contracts/run-input.ts';
import type { RunConfig } from '../domain/model/run.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

export interface InputOptions {
  input?: string;
  file?: string;
  dataset?: string;
  live?: true;
  waves?: string;
}

export function addInputOptions(command: Command): Command {
  return command
    .option('--input <json>', 'the run input, for example \'{"dryRun":false}\'')
    .option('--file <path>', 'a file that holds the run input')
    .option('--dataset <name>', 'dataset folder below the data root')
    .option('--live', 'act, instead of only forecasting')
    .option('--waves <numbers>', 'how many waves (3), or which (1,2)');
}

/** The input as it is sent, and what it comes to with every default. Throws `BadInputError` where a run would refuse it. */
export function checkedInput(options: InputOptions): { input: Record<string, unknown>; config: RunConfig } {
  const input = readRunInput(options);
  const parsed = parseRunInput(input);
  if (!parsed.ok) throw new BadInputError(parsed.problems);
  return { input, config: parsed.config };
}

/** What the web page shows beside the run. */
export function runSummary({ dataset, dryRun }: RunConfig): string {
  return `Dataset ${dataset}, ${dryRun ? 'dry run' : 'live'}`;
}

/** The input as typed, flags on top; what only the dataset can tell is judged by the run's first activity. */
export function readRunInput(options: InputOptions): Record<string, unknown> {
  if (options.input !== undefined && options.file !== undefined) {
    throw new CommandError(exitCodes.badInput, '--input and --file exclude each other: give one of them.');
  }
  let input: Record<string, unknown> = {};
  if (options.input !== undefined) input = parseObject(options.input, '--input');
  if (options.file !== undefined) input = parseObject(readInputFile(options.file), options.file);
  if (options.dataset !== undefined) input.dataset = options.dataset;
  if (options.live === true) input.dryRun = false;
  if (options.waves !== undefined) input.waves = parseWaves(options.waves);
  return input;
}

function readInputFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCodes.badInput, `--file ${path} cannot be read: ${reason}`);
  }
}

function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCodes.badInput, `${where} is not JSON: ${reason}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError(exitCodes.badInput, `${where} must be one JSON object, for example {"dryRun":false}.`);
  }
  return value as Record<string, unknown>;
}

function parseWaves(text: string): number | number[] {
  if (!/^[1-9]\d*(,[1-9]\d*)*$/.test(text)) {
    throw new CommandError(exitCodes.badInput, `--waves ${text}: expected a number such as 3, or a list such as 1,2.`);
  }
  return text.includes(',') ? text.split(',').map(Number) : Number(text);
}
