/** `wavewright start`: begins a run from the same JSON object that Temporal's web page takes. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { withSession, workflowUrl, type GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { runWorkflowType } from '../find-run.ts';
import { exitCodeOf, followRun } from '../follow.ts';
import { addInputOptions, checkedInput, runSummary, type InputOptions } from '../input-options.ts';
import { endedBadly, runState, takeSnapshot, type RunSnapshot } from '../snapshot.ts';

interface StartOptions extends GlobalOptions, InputOptions {
  wait?: true;
}

export function registerStart(program: Command): void {
  const command = program.command('start').description('start a run; a dry run unless told otherwise');
  addInputOptions(command)
    .option('--wait', 'follow the run until it ends')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<StartOptions>();
      process.exitCode = await start(options);
    });
}

async function start(options: StartOptions): Promise<number> {
  const { input, config } = checkedInput(options);
  const json = options.json === true;
  return withSession(options, async (session) => {
    const warning = (await hasPoller(session.client, session.namespace))
      ? null
      : `no orchestrator polls the task queue ${ORCHESTRATOR_QUEUE}: the run waits until one is started, ` +
        'with `npx wavewright dev` or `npx wavewright orchestrator`';
    const workflowId = newRunId(config.dataset, new Date(), randomBytes(2).toString('hex'));
    await session.client.workflow.start(runWorkflowType, {
      workflowId,
      taskQueue: ORCHESTRATOR_QUEUE,
      args: [input],
      staticSummary: runSummary(config),
    });
    const url = workflowUrl(session, workflowId);
    if (warning !== null) console.error(`warning: ${warning}.`);
    if (json && options.wait !== true) console.log(JSON.stringify({ execution_id: workflowId, url, warning }));
    if (!json) {
      console.log(`Started run ${workflowId}`);
      if (url !== null) console.log(`Web page: ${url}`);
    }
    if (options.wait === true) return followRun(session.client, workflowId, { json });
    const refused = warning === null ? await refusedAtOnce(session.client, workflowId) : null;
    if (refused !== null) {
      const why = refused.failure ?? runState(refused);
      throw new CommandError(exitCodeOf(refused), `run ${workflowId} ended at once: ${why}.`);
    }
    if (!json) console.log(`Follow it: npx wavewright status ${workflowId}`);
    return exitCodes.ok;
  });
}

const OPENED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;

/** A run that ended badly before it had opened its dataset; null: it has opened it, or takes longer. */
async function refusedAtOnce(client: Client, workflowId: string): Promise<RunSnapshot | null> {
  const deadline = Date.now() + OPENED_WITHIN_MS;
  while (Date.now() < deadline) {
    const snapshot = await takeSnapshot(client, workflowId);
    if (endedBadly(snapshot)) return snapshot;
    const isOpened = snapshot.run !== null && snapshot.run.status !== 'starting';
    if (isOpened || snapshot.execution.status !== 'running') return null;
    await wait(LOOK_EVERY_MS);
  }
  return null;
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
