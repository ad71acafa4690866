/** The `wavewright` command line: one program, one file per command, one place where errors become words and exit codes. */
import { isGrpcServiceError, NamespaceNotFoundError } from '@temporalio/client';
import { Command, CommanderError } from 'commander';
import { registerAgents } from './commands/agents.ts';
import { registerApprovals } from './commands/approvals.ts';
import { registerApprove } from './commands/approve.ts';
import { registerCancel } from './commands/cancel.ts';
import { registerDryRun } from './commands/dry-run.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDev } from './commands/dev.ts';
import { registerExplain } from './commands/explain.ts';
import { registerInitDemo } from './commands/init-demo.ts';
import { registerKeys } from './commands/keys.ts';
import { registerOrchestrator } from './commands/orchestrator.ts';
import { registerPause } from './commands/pause.ts';
import { registerReject } from './commands/reject.ts';
import { registerResume } from './commands/resume.ts';
import { registerRetryFailed } from './commands/retry-failed.ts';
import { registerSkipWave } from './commands/skip-wave.ts';
import { registerSchedule } from './commands/schedule.ts';
import { registerStart } from './commands/start.ts';
import { registerStatus } from './commands/status.ts';
import { registerVerify } from './commands/verify.ts';
import { BadInputError } from '../contracts/bad-input.ts';
import { CommandError, exitCodes, exitCodesHelp } from './exit-codes.ts';
import { deepestMessage } from './snapshot.ts';
import { plainText } from './ui/plain-text.ts';

/** Every command adds itself to the program; the order is that of the help page. */
const commands: ((program: Command) => void)[] = [
  registerDemo,
  registerDev,
  registerStart,
  registerSchedule,
  registerStatus,
  registerPause,
  registerResume,
  registerDryRun,
  registerApprovals,
  registerApprove,
  registerReject,
  registerSkipWave,
  registerRetryFailed,
  registerCancel,
  registerExplain,
  registerKeys,
  registerVerify,
  registerInitDemo,
  registerOrchestrator,
  registerAgents,
];

export function buildProgram(): Command {
  const program = new Command('wavewright')
    .description('Durable, self-tuning orchestration of agent fleets on Temporal')
    .option('--address <host:port>', 'Temporal server (default: TEMPORAL_ADDRESS, or 127.0.0.1:7233)')
    .option('--namespace <name>', 'Temporal namespace (default: TEMPORAL_NAMESPACE, or default)')
    .option('--json', 'print one JSON object instead of text')
    .showHelpAfterError('(see --help)')
    .addHelpText('after', `\n${exitCodesHelp} WAVEWRIGHT_DEBUG=1 shows stack traces.`)
    .exitOverride();
  for (const register of commands) register(program);
  for (const command of program.commands) takeRunOption(command);
  return program;
}

/** A run is named by the argument or by `--run`, in every command that takes one. */
function takeRunOption(command: Command): void {
  const place = command.registeredArguments.findIndex((argument) => argument.name() === 'runId');
  if (place < 0) return;
  command.option('--run <runId>', 'the run, in place of the argument').hook('preAction', () => {
    const { run } = command.opts<{ run?: string }>();
    const named = command.processedArgs[place] as string | undefined;
    if (run === undefined || named === run) return;
    if (named !== undefined) throw new CommandError(exitCodes.badInput, `two runs are named: ${named}, ${run}.`);
    command.processedArgs[place] = run;
  });
}

/** Runs one command line; sets `process.exitCode`, never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough, such as `head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
    throw error;
  });
  try {
    await buildProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its own message; asking for help is no error.
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
      return;
    }
    const known = asCommandError(error);
    console.error(`error: ${plainText(known.message)}`);
    if ((process.env.WAVEWRIGHT_DEBUG ?? '') !== '') console.error(error);
    process.exitCode = known.exitCode;
  }
}

/** Anything that was not foreseen, in words: what lies deepest says most. */
function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof BadInputError) return new CommandError(exitCodes.badInput, error.message);
  if (error instanceof NamespaceNotFoundError) {
    return new CommandError(exitCodes.badInput, `${error.message}. Name one that exists with --namespace.`);
  }
  const message = error instanceof Error ? deepestMessage(error) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  // gRPC code 14: the server went away in the middle.
  const gone = isGrpcServiceError(cause) && cause.code === 14;
  if (gone)
    return new CommandError(exitCodes.serverUnreachable, `the Temporal server does not answer any more: ${message}`);
  return new CommandError(exitCodes.problem, message);
}
