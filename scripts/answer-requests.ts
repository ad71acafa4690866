/**
 * Approving and rejecting: a person's answer to what waits at the gate, signed where a key is given, and sent as an Update
 * straight to the open wave, or printed.
 */
import { createInterface } from 'node:readline/promises';
import type { UpdateDefinition } from '@temporalio/client';
import type { Command } from 'commander';
import { parseDuration } from '../contracts/duration.ts';
import type { AnswerVerdict } from '../domain/gate/signed-answer.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../domain/model/run.ts';
import { readKeyFile } from '../store/keys/key-file.ts';
import { signAnswer } from '../store/keys/sign-answer.ts';
import { withSession, type GlobalOptions } from './connect.ts';
import { CommandError, exitCodes, type ExitCode } from './exit-codes.ts';
import { findRunToControl } from './find-run.ts';
import { sendUpdate } from './send-update.ts';
import { noOrchestrator, openRequests, takeSnapshot } from './snapshot.ts';
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
  key?: string;
  expiresIn?: string;
  print?: true;
}

/** One of the two commands: its name, its Update, and what it decides. */
interface Answering {
  verb: string;
  update: AnswerUpdate;
  decision: AnswerVerdict;
}

type Sign = (answer: ApprovalAnswer, runId: string, wave: number) => ApprovalAnswer;

const expiresInDefault = '10m';

/** Adds the arguments that `approve` and `reject` share, and what happens. */
export function answerCommand(command: Command, update: AnswerUpdate, verb: string, decision: AnswerVerdict): void {
  command
    .argument('[runId]')
    .option('--request <name>', 'the request, for example w2-g1')
    .option('--digest <sha256:…>', 'its digest, as `status` shows it')
    .requiredOption('--approver <name>', 'who answers')
    .option('--reason <text>', 'why')
    .option('--all', `${verb} every open request, after listing them`)
    .option('--yes', 'with --all: do not ask')
    .option('--key <file>', 'sign the answer with this private key, as `npx wavewright keys` makes one')
    .option('--expires-in <duration>', `with --key: how long the signature holds (default: ${expiresInDefault})`)
    .option('--print', 'send nothing; print the payload of the Update, to paste into the Temporal web page')
    .action(async (runId: string | undefined, _: unknown, self: Command) => {
      process.exitCode = await answer(self.optsWithGlobals<AnswerOptions>(), runId, { verb, update, decision });
    });
}

async function answer(
  options: AnswerOptions,
  runId: string | undefined,
  { verb, update, decision }: Answering,
): Promise<ExitCode> {
  checkUsage(options);
  const sign = await signer(options, decision);
  return withSession(options, async ({ client }) => {
    const found = await findRunToControl(client, runId);
    const snapshot = await takeSnapshot(client, found);
    if (snapshot.execution.status !== 'running') {
      throw new CommandError(exitCodes.problem, `run ${found} has ended (${snapshot.execution.status}).`);
    }
    if (snapshot.run === null) throw new CommandError(exitCodes.noOrchestrator, `${snapshot.note ?? noOrchestrator}.`);
    const target = snapshot.run.open_wave?.workflow_id ?? found;
    const open = openRequests(snapshot);
    const wanted = options.all === true ? await chooseAll(open, options, verb) : [asTyped(options)];
    const payloads = wanted.map(({ request, digest }) => {
      const payload: ApprovalAnswer = { request, digest, approver: options.approver };
      if (options.reason !== undefined) payload.reason = options.reason;
      if (options.override === true) payload.override = true;
      return sign === null ? payload : sign(payload, found, waveOf(request, open));
    });
    if (options.print === true) {
      print(payloads, options, `For the Update ${update.name} of the workflow ${target}:`);
      return exitCodes.ok;
    }
    const answered: { request: string; result: string; accepted: boolean }[] = [];
    for (const payload of payloads) {
      answered.push({ request: payload.request, ...(await sendUpdate(client, target, update, payload)) });
    }
    if (options.json === true) console.log(JSON.stringify({ execution_id: found, [verb]: answered }));
    for (const { request, result, accepted } of options.json === true ? [] : answered) {
      if (accepted) console.log(`${request}: ${result}`);
      else console.error(`error: ${request} was refused: ${result}`);
    }
    return answered.every(({ accepted }) => accepted) ? exitCodes.ok : exitCodes.badInput;
  });
}

/** What signs with the key of the options; null without one. */
async function signer({ key: file, expiresIn }: AnswerOptions, decision: AnswerVerdict): Promise<Sign | null> {
  if (file === undefined) return null;
  const expiresInMs = parseDuration(expiresIn ?? expiresInDefault);
  if (expiresInMs === null) {
    const expected = 'expected a duration above zero and up to a year, such as "30s", "10m" or "24h"';
    throw new CommandError(exitCodes.badInput, `--expires-in: found ${JSON.stringify(expiresIn)}, ${expected}.`);
  }
  const key = await readKeyFile(file);
  return (payload, execution_id, wave) =>
    signAnswer(payload, { execution_id, wave, decision, key, expiresAt: Date.now() + expiresInMs });
}

/** The wave is part of what is signed, and only the request itself says which one it is of. */
function waveOf(name: string, open: ApprovalRequest[]): number {
  const request = open.find((candidate) => candidate.request === name);
  if (request !== undefined) return request.wave;
  const names = open.length === 0 ? 'none' : open.map((candidate) => candidate.request).join(', ');
  throw new CommandError(exitCodes.badInput, `request ${name} is not open, so nothing was signed; open: ${names}.`);
}

/** Payloads go to standard output, one a line, and what is to be done with them to standard error. */
function print(payloads: ApprovalAnswer[], options: AnswerOptions, what: string): void {
  if (options.json === true) {
    console.log(JSON.stringify({ payloads }));
    return;
  }
  console.error(what);
  for (const payload of payloads) console.log(JSON.stringify(payload));
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
  if (options.expiresIn !== undefined && options.key === undefined) bad('--expires-in needs a --key to sign with.');
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
  // With --json and --print only the result goes to standard output.
  const say = options.json === true || options.print === true ? console.error : console.log;
  if (requests.length === 0) say('No request is open.');
  for (const request of requests) say(describeRequest(request, Date.now()));
  // What is only printed decides nothing yet.
  if (requests.length === 0 || options.yes === true || options.print === true) return requests;
  if (!process.stdin.isTTY) {
    throw new CommandError(exitCodes.badInput, 'this is no terminal, so nobody can be asked: add --yes.');
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const reply = await prompt.question(`Really ${verb} all ${requests.length}? Type yes: `);
  prompt.close();
  if (reply.trim() !== 'yes') throw new CommandError(exitCodes.problem, 'nothing was answered.');
  return requests;
}
