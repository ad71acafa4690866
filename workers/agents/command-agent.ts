/** An agent that is a program: it reads the task as JSON on standard input and prints the outcome as its last line. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { AgentAdapter, TaskContext } from '../../activities/agent-adapter.ts';
import { answerSchema } from '../../contracts/agent-answer.ts';
import type { CommandEntry } from '../../contracts/agents-file.ts';
import type { AgentAnswer } from '../../domain/model/outcome.ts';
import type { Task } from '../../domain/model/task.ts';

/** More output than this ends the program: an outcome is short, and outputs belong into files. */
const OUTPUT_BYTES_MAX = 4_000_000;
const ERROR_TAIL = 500;

/** `folder` is the dataset's: the program's working directory. It is started without a shell. */
export function commandAgent(entry: CommandEntry, folder: string): AgentAdapter {
  return {
    execute: (task, context) => runProgram(entry, folder, task, context),
  };
}

/** Programs at work; none of them outlives this process. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) killGroup(child);
});

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function runProgram(entry: CommandEntry, folder: string, task: Task, context: TaskContext): Promise<AgentAnswer> {
  const { signal, ...rest } = context;
  return new Promise((resolve) => {
    const child = spawn(entry.program, entry.args, {
      cwd: folder,
      // Nothing of our own environment but the path: what the program needs is named in its entry.
      env: { PATH: process.env.PATH, ...entry.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that what the program starts ends with it.
      detached: true,
    });
    running.add(child);
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    let output = '';
    let errors = '';
    let tooMuch = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length <= OUTPUT_BYTES_MAX) return;
      tooMuch = true;
      kill();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-ERROR_TAIL);
    });
    // A program that does not read its input is no reason to fall.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${JSON.stringify({ task, context: rest })}\n`);
    child.on('error', (error) => resolve({ status: 'failed', error: `${entry.program}: ${error.message}` }));
    child.on('close', (code, killedBy) => {
      running.delete(child);
      signal.removeEventListener('abort', kill);
      if (tooMuch) resolve({ status: 'failed', error: `${entry.program} printed more than ${OUTPUT_BYTES_MAX} bytes` });
      else if (code === 0) resolve(readAnswer(entry.program, output));
      else
        resolve({
          status: 'failed',
          error: `${entry.program} ended with ${killedBy ?? `exit code ${code}`}: ${errors.trim()}`,
        });
    });
  });
}

/** The last line that is not empty. */
function readAnswer(program: string, output: string): AgentAnswer {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { status: 'failed', error: `${program} printed no JSON as its last line: ${line.slice(0, 200)}` };
  }
  const answer = answerSchema.safeParse(value);
  if (answer.success) return answer.data;
  const issue = answer.error.issues[0];
  return {
    status: 'failed',
    error: `${program} answered wrongly: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  };
}
