/** Approving and rejecting: a person's answer to what waits at the gate, sent as an Update straight to the open wave. */
import { createInterface } from 'node:readline/promises';
import { type Client, WorkflowUpdateFailedError, type UpdateDefinition } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { Command } from 'commander';
import type { ApprovalAnswer, ApprovalRequest } from '../domain/model/run.ts';
import { withSession, type GlobalOptions } from './connect.ts';
import { CommandError, exitCodes, type ExitCode } from './exit-codes.ts';
import { explainNotOpen, findRunToControl } from './find-run.ts';
import { deepestMessage, isNobodyThere, noOrchestrator, openRequests, takeSnapshot } from './snapshot.ts';
import { describeRequest } from './ui/run-view.ts';

type AnswerUpdate = UpdateDefinition<string, [ApprovalAnswer]>;

interface AnswerOptions extends GlobalOptions {
  request?: string;
  digest?: string;
  approver: string;
  reason?: string;
  override?: true;
  all?: true;
  yes?: true;
}

const updateTimeoutMs = 20_000;

/** Adds the arguments that `approve` and `reject` share, and what happens. */
export function answerCommand(command: Command, update: AnswerUpdate, verb: string): void {
  command
    .argument('[runId]')
    .option('--request <name>', 'the request, for example w2-g1')
    .option('--digest <sha256:…>', 'its digest, as `status` shows it')
    .requiredOption('--approver <name>', 'who answers')
    .option('--reason <text>', 'why')
    .option('--all', `${verb} every open request, after listing them`)
    .option('--yes', 'with --all: do not ask')
    .action(async (runId: string | undefined, _: unknown, self: Command) => {
      process.exitCode = await answer(self.optsWithGlobals<AnswerOptions>(), runId, update, verb);
    });
}

async function answer(
  options: AnswerOptions,
  runId: string | undefined,
  update: AnswerUpdate,
  verb: string,
): Promise<ExitCode> {
  checkUsage(options);
  return withSession(options, async ({ client }) => {
    const found = await findRunToControl(client, runId);
    const snapshot = await takeSnapshot(client, found);
    if (snapshot.execution.status !== 'running') {
      throw new CommandError(exitCodes.problem, `run ${found} has ended (${snapshot.execution.status}).`);
    }
    if (snapshot.run === null) throw new CommandError(exitCodes.noOrchestrator, `${snapshot.note ?? noOrchestrator}.`);
    const target = snapshot.run.open_wave?.workflow_id ?? found;
    const wanted = options.all === true ? await chooseAll(openRequests(snapshot), options, verb) : [asTyped(options)];
    const answered: { request: string; result: string; accepted: boolean }[] = [];
    for (const { request, digest } of wanted) {
      const payload: ApprovalAnswer = { request, digest, approver: options.approver };
      if (options.reason !== undefined) payload.reason = options.reason;
      if (options.override === true) payload.override = true;
      answered.push({ request, ...(await send(client, target, update, payload)) });
    }
    if (options.json === true) console.log(JSON.stringify({ execution_id: found, [verb]: answered }));
    for (const { request, result, accepted } of options.json === true ? [] : answered) {
      if (accepted) console.log(`${request}: ${result}`);
      else console.error(`error: ${request} was refused: ${result}`);
    }
    return answered.every(({ accepted }) => accepted) ? exitCodes.ok : exitCodes.badInput;
  });
}

function checkUsage(options: AnswerOptions): void {
  const bad = (message: string): never => {
    throw new CommandError(exitCodes.badInput, message);
  };
  const named = options.request !== undefined || options.digest !== undefined;
  if (options.all === true && named) bad('--all excludes --request and --digest.');
  if (options.all !== true && (options.request === undefined || options.digest === undefined)) {
    bad('give --request and --digest as `npx wavewright status` shows them, or --all.');
  }
  if (options.override === true && (options.reason ?? '').trim() === '') bad('--override needs a --reason.');
}

function asTyped(options: AnswerOptions): { request: string; digest: string } {
  return { request: options.request ?? '', digest: options.digest ?? '' };
}

/** Lists what is open and asks; the digests sent are those of the list, so nothing else can be meant. */
async function chooseAll(
  requests: ApprovalRequest[],
  options: AnswerOptions,
  verb: string,
): Promise<ApprovalRequest[]> {
  // With --json only the result goes to standard output.
  const say = options.json === true ? console.error : console.log;
  if (requests.length === 0) say('No request is open.');
  for (const request of requests) say(describeRequest(request, Date.now()));
  if (requests.length === 0 || options.yes === true) return requests;
  if (!process.stdin.isTTY) {
    throw new CommandError(exitCodes.badInput, 'this is no terminal, so nobody can be asked: add --yes.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const reply = await prompt.question(`Really ${verb} all ${requests.length}? Type yes: `);
  prompt.close();
  if (reply.trim() !== 'yes') throw new CommandError(exitCodes.problem, 'nothing was answered.');
  return requests;
}

async function send(
  client: Client,
  target: string,
  update: AnswerUpdate,
  payload: ApprovalAnswer,
): Promise<{ result: string; accepted: boolean }> {
  const handle = client.workflow.getHandle(target);
  try {
    const result = await client.withDeadline(Date.now() + updateTimeoutMs, () =>
      handle.executeUpdate(update, { args: [payload] }),
    );
    return { result, accepted: true };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return { result: deepestMessage(error), accepted: false };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isNobodyThere(error)) {
      throw new CommandError(exitCodes.noOrchestrator, `${noOrchestrator}.`, { cause: error });
    }
    throw await explainNotOpen(client, target, error);
  }
}
