/** `wavewright start`: begins a run from the same JSON object that Temporal's web page takes. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { BadInputError } from '../../contracts/bad-input.ts';
import { parseRunInput } from '../../contracts/run-input.ts';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { withSession, workflowUrl, type GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { runWorkflowType } from '../find-run.ts';
import { followRun } from '../follow.ts';

interface StartOptions extends GlobalOptions {
  input?: string;
  file?: string;
  dataset?: string;
  live?: true;
  waves?: string;
  wait?: true;
}

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('start a run; a dry run unless told otherwise')
    .option('--input <json>', 'the run input, for example \'{"dryRun":false}\'')
    .option('--file <path>', 'a file that holds the run input')
    .option('--dataset <name>', 'dataset folder below the data root')
    .option('--live', 'act, instead of only forecasting')
    .option('--waves <numbers>', 'how many waves (3), or which (1,2)')
    .option('--wait', 'follow the run until it ends')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<StartOptions>();
      process.exitCode = await start(options);
    });
}

async function start(options: StartOptions): Promise<number> {
  const input = readRunInput(options);
  const parsed = parseRunInput(input);
  if (!parsed.ok) throw new BadInputError(parsed.problems);
  const { dataset, dryRun } = parsed.config;
  const json = options.json === true;
  return withSession(options, async (session) => {
    const warning = (await hasPoller(session.client, session.namespace))
      ? null
      : `no orchestrator polls the task queue ${ORCHESTRATOR_QUEUE}: the run waits until one is started, ` +
        'with `npx wavewright dev` or `npx wavewright orchestrator`';
    const workflowId = newRunId(dataset, new Date(), randomBytes(2).toString('hex'));
    await session.client.workflow.start(runWorkflowType, {
      workflowId,
      taskQueue: ORCHESTRATOR_QUEUE,
      args: [input],
      staticSummary: `Dataset ${dataset}, ${dryRun ? 'dry run' : 'live'}`,
    });
    const url = workflowUrl(session, workflowId);
    if (warning !== null) console.error(`warning: ${warning}.`);
    if (json && options.wait !== true) console.log(JSON.stringify({ execution_id: workflowId, url, warning }));
    if (!json) {
      console.log(`Started run ${workflowId}`);
      if (url !== null) console.log(`Web page: ${url}`);
      if (options.wait !== true) console.log(`Follow it: npx wavewright status ${workflowId}`);
    }
    return options.wait === true ? followRun(session.client, workflowId, { json }) : exitCodes.ok;
  });
}

/** The input as typed, flags on top; what only the dataset can tell is judged by the run's first activity. */
export function readRunInput(options: StartOptions): Record<string, unknown> {
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

/** For example `run-demo-20260302T081530Z-1f3a`. */
export function newRunId(dataset: string, now: Date, random: string): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `run-${dataset}-${stamp}-${random}`;
}

/** The server remembers a poller for minutes after its death; a living one calls again within a minute. */
async function hasPoller(client: Client, namespace: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: ORCHESTRATOR_QUEUE },
    taskQueueType: 1,
  });
  const newest = Math.max(0, ...(pollers ?? []).map((poller) => Number(poller.lastAccessTime?.seconds ?? 0)));
  return Date.now() / 1000 - newest < 90;
}
