/** Child processes that live with us: waited for until ready, started again when they fall, ended in order. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { supervisedVariable } from './exit-with-parent.ts';

export interface ProcessSpec {
  /** Shown to people. */
  name: string;
  command: string;
  args: readonly string[];
  /** The child's whole environment. */
  env: NodeJS.ProcessEnv;
  /** True: started again whenever it ends by itself. */
  restart: boolean;
  /** Its output is added here, line by line. */
  logFile: string;
  /** A line of its output that says it is ready; absent: ready once started. */
  ready?: RegExp;
  /** Default 60,000 ms. */
  readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL, default 15,000 ms. */
  graceMs?: number;
  /** The first pause before a restart, default 500 ms; doubles with each fall, up to 30 s, and starts again after a quiet minute. */
  backoffMs?: number;
  onEvent?: (event: ProcessEvent) => void;
}

export type ProcessEvent =
  | { kind: 'ready'; name: string; pid: number }
  | { kind: 'exited'; name: string; reason: string; restartInMs: number | null };

export interface SupervisedProcess {
  name: string;
  /** Null while it is down. */
  pid(): number | null;
  restarts(): number;
  /** Resolves with a reason such as `exit code 1` when it is down for good: not restarted, or stopped. */
  ended: Promise<string>;
  /** Ends it, first gently, and resolves when it is gone; may be called twice. */
  stop(): Promise<void>;
}

const backoffMsMax = 30_000;
const quietMs = 60_000;
/** A process is up in a few seconds; on a machine that is busy with other work it may take a minute and more. */
const READY_MS = 180_000;

/**
 * Starts a process and waits until it is ready.
 * Throws an error for people, with the last lines of its output, when it ends or stays silent before that.
 * The child gets a pipe as standard input that stays open as long as we live; it should call `exitWithParent`.
 */
export async function superviseProcess(spec: ProcessSpec): Promise<SupervisedProcess> {
  const backoffMsFirst = spec.backoffMs ?? 500;
  const graceMs = spec.graceMs ?? 15_000;
  mkdirSync(dirname(spec.logFile), { recursive: true });

  let current: Launch = launch(spec);
  let restarts = 0;
  let backoffMs = backoffMsFirst;
  let stopping = false;
  let restartTimer: NodeJS.Timeout | null = null;
  let settleEnded: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (settleEnded = resolve));

  const watch = (running: Launch): void => {
    void running.exited.then((reason) => {
      if (stopping || !spec.restart) {
        spec.onEvent?.({ kind: 'exited', name: spec.name, reason, restartInMs: null });
        settleEnded(reason);
        return;
      }
      if (Date.now() - running.startedAt >= quietMs) backoffMs = backoffMsFirst;
      spec.onEvent?.({ kind: 'exited', name: spec.name, reason, restartInMs: backoffMs });
      restartTimer = setTimeout(() => {
        restartTimer = null;
        restarts += 1;
        current = launch(spec);
        watch(current);
        const started = current;
        // One that never gets ready hangs; ending it makes room for the next try.
        started.ready.catch(() => started.child.kill('SIGKILL'));
      }, backoffMs);
      backoffMs = Math.min(backoffMs * 2, backoffMsMax);
    });
  };

  try {
    await current.ready;
  } catch (error) {
    current.child.kill('SIGKILL');
    await current.exited;
    throw error;
  }
  watch(current);

  const stop = async (): Promise<void> => {
    stopping = true;
    if (restartTimer !== null) {
      clearTimeout(restartTimer);
      restartTimer = null;
      settleEnded('stopped while down');
    }
    current.child.kill('SIGTERM');
    const timer = setTimeout(() => current.child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return {
    name: spec.name,
    pid: () => (isUp(current.child) ? (current.child.pid ?? null) : null),
    restarts: () => restarts,
    ended,
    stop,
  };
}

function isUp(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

interface Launch {
  child: ChildProcess;
  startedAt: number;
  /** Rejects when the process ends or stays silent before its ready line. */
  ready: Promise<void>;
  exited: Promise<string>;
}

function launch(spec: ProcessSpec): Launch {
  const log = openLog(spec.logFile);
  const lines: string[] = [];
  // A session of its own: Ctrl-C in the terminal reaches us only, and we decide the order in which things stop.
  const child = spawn(spec.command, spec.args, {
    env: { ...spec.env, [supervisedVariable]: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  child.stdin.on('error', () => undefined);

  let sawReady: () => void = () => undefined;
  const readyLine = new Promise<void>((resolve) => (sawReady = resolve));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.add(line);
      lines.push(line);
      if (lines.length > 20) lines.shift();
      if (spec.ready?.test(line) === true) sawReady();
    });
  }
  if (spec.ready === undefined) child.once('spawn', () => sawReady());

  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }).finally(() => log.close());
  const ready = waitReady(spec, readyLine, exited, lines).then(() =>
    spec.onEvent?.({ kind: 'ready', name: spec.name, pid: child.pid ?? 0 }),
  );
  // The first launch awaits this promise and restarts catch it; a launch that is being stopped has nobody to tell.
  ready.catch(() => undefined);
  return { child, startedAt: Date.now(), ready, exited };
}

/** Written at once, so that a line is in the file before anybody acts on it. A disk that is full costs lines, never a process. */
function openLog(file: string): { add: (line: string) => void; close: () => void } {
  const log = openSync(file, 'a');
  return {
    add: (line) => {
      try {
        writeSync(log, `${line}\n`);
      } catch {
        // The last lines are kept in memory too.
      }
    },
    close: () => closeSync(log),
  };
}

async function waitReady(
  spec: ProcessSpec,
  readyLine: Promise<void>,
  exited: Promise<string>,
  lines: readonly string[],
): Promise<void> {
  const timeoutMs = spec.readyTimeoutMs ?? READY_MS;
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it was not ready within ${timeoutMs / 1000} s`), timeoutMs);
  });
  const outcome = await Promise.race([readyLine, exited, silent]);
  clearTimeout(timer);
  if (outcome === undefined) return;
  throw new Error(
    `${spec.name} did not start: ${outcome}. Its last words:\n${lines.join('\n')}\nThe whole log is ${spec.logFile}.`,
  );
}
