/** An agent that is a program: it reads the task as JSON on standard input and prints the outcome as its last line. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { AgentAdapter, TaskContext } from '../../activities/agent-adapter.ts';
import type { CommandEntry } from '../../contracts/agents-file.ts';
import type { AgentAnswer } from '../../domain/model/outcome.ts';
import type { Task } from '../../domain/model/task.ts';
import { hideSecrets, resolveNamedValues } from './named-values.ts';
import { failed, readAnswer, taskMessage } from './task-exchange.ts';

/** More output than this ends the program: an outcome is short, and outputs belong into files. */
const OUTPUT_LENGTH_MAX = 4_000_000;
const ERROR_TAIL = 500;
/** More than is shown, so that a secret is whole when it is hidden. */
const ERROR_KEPT = 8_000;
/** From SIGTERM to SIGKILL. */
const GRACE_MS = 2_000;

/**
 * `folder` is the dataset's: the program's working directory. It is started without a shell. Variables to pass on are
 * read from `env` now: throws `BadInputError` where one is missing.
 */
export function commandAgent(entry: CommandEntry, folder: string, env: NodeJS.ProcessEnv): AgentAdapter {
  const { values, secrets } = resolveNamedValues(`agent ${entry.agent_id}: env`, entry.env, env);
  // Nothing of our own environment but the path: what the program needs is named in its entry.
  const start = { cwd: folder, env: { PATH: env.PATH, ...values } };
  /** By idempotency key. */
  const atWork = new Map<string, Promise<AgentAnswer>>();
  return {
    async execute(task, context) {
      // An attempt that is out of time has a moment to end; the next one of the task waits for that.
      await atWork.get(context.idempotency_key);
      const answer = runProgram(entry, start, secrets, task, context);
      atWork.set(context.idempotency_key, answer);
      return answer.finally(() => {
        if (atWork.get(context.idempotency_key) === answer) atWork.delete(context.idempotency_key);
      });
    },
  };
}

/** Programs at work; none of them outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended already.
  }
}

function runProgram(
  { program, args }: CommandEntry,
  start: { cwd: string; env: NodeJS.ProcessEnv },
  secrets: readonly string[],
  task: Task,
  context: TaskContext,
): Promise<AgentAnswer> {
  const { signal } = context;
  if (signal.aborted) return Promise.resolve(failed(`${program} was not started: the time was up`, []));
  return new Promise((resolve) => {
    // A group of its own, so that what the program starts ends with it.
    const child = spawn(program, args, { ...start, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    running.add(child);
    let hard: NodeJS.Timeout | undefined;
    const endHard = () => {
      signalGroup(child, 'SIGKILL');
      // What left the group may hold them open for ever.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const end = () => {
      hard ??= setTimeout(endHard, GRACE_MS);
      signalGroup(child, 'SIGTERM');
    };
    signal.addEventListener('abort', end, { once: true });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length > OUTPUT_LENGTH_MAX) return;
      output += text;
      if (output.length > OUTPUT_LENGTH_MAX) end();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-ERROR_KEPT);
    });
    // A program that does not read its input is no reason to fall.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${taskMessage(task, context)}\n`);
    child.on('error', (error) => {
      running.delete(child);
      resolve(failed(`${program}: ${error.message}`, secrets));
    });
    child.on('exit', () => {
      // The program heard us; what it had started is not waited for.
      if (hard !== undefined) endHard();
    });
    child.on('close', (code, killedBy) => {
      running.delete(child);
      clearTimeout(hard);
      signal.removeEventListener('abort', end);
      if (output.length > OUTPUT_LENGTH_MAX) {
        resolve(failed(`${program} printed more than ${OUTPUT_LENGTH_MAX} characters`, []));
      } else if (code === 0) {
        // The last line that is not empty.
        resolve(readAnswer(program, output.trimEnd().split('\n').at(-1) ?? '', secrets));
      } else {
        const tail = hideSecrets(errors, secrets).slice(-ERROR_TAIL).trim();
        resolve(failed(`${program} ended with ${killedBy ?? `exit code ${code}`}: ${tail}`, secrets));
      }
    });
  });
}
