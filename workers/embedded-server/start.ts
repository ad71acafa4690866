/** One Temporal server of our own, on this machine only, that lives exactly as long as the process that started it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { TemporalProgram } from './locate.ts';
import { requireFreePorts } from './port.ts';
import { databaseFile, embeddedServerSettings, serverArguments } from './settings.ts';

const guard = fileURLToPath(new URL('./guard.js', import.meta.url));
const lockedExitCode = 75;

export interface EmbeddedServerOptions {
  /** What `locateTemporal` found. */
  program: TemporalProgram;
  /** Where databases lie, usually `.temporal`. */
  folder: string;
  port: number;
  uiPort: number;
  /** File that the server's own output is added to. */
  log: string;
  /** Dynamic configuration of the server beside our own. */
  dynamicConfig?: Readonly<Record<string, unknown>>;
  /** How long the server may take until it answers, default 30,000 ms. */
  startTimeoutMs?: number;
}

export interface EmbeddedServer {
  /** `127.0.0.1:<port>`, for clients. */
  address: string;
  /** `http://127.0.0.1:<uiPort>`, for people. */
  uiAddress: string;
  /** Process id of the guard; the server is its child. */
  pid: number;
  /** Resolves when the server is gone, by `stop` or by itself. */
  exited: Promise<void>;
  /** Ends the server and waits until it is gone; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 * Throws an error for people: a port is taken, the database is in use, the program ended or did not answer in time.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { ip } = embeddedServerSettings;
  await requireFreePorts(options);

  const database = resolve(databaseFile(options.folder, options.program.serverVersion));
  const lock = `${database}.lock`;
  mkdirSync(dirname(database), { recursive: true });
  mkdirSync(dirname(resolve(options.log)), { recursive: true });

  const logDescriptor = openSync(options.log, 'a');
  const log = { file: options.log, from: fstatSync(logDescriptor).size };
  const { port, uiPort, dynamicConfig = {} } = options;
  const args = serverArguments({ database, port, uiPort, dynamicConfig });
  // A session of its own: Ctrl-C in the terminal must reach us first, so that workers stop before their server does.
  const child = spawn(process.execPath, [guard, lock, options.program.path, ...args], {
    stdio: ['pipe', logDescriptor, logDescriptor],
    detached: true,
    windowsHide: true,
  });
  closeSync(logDescriptor);
  // A guard that ended before us closes its end of the pipe; its exit code says all there is to say.
  child.stdin?.on('error', () => undefined);
  await once(child, 'spawn');

  const exited = once(child, 'exit').then(() => undefined);
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await exited;
  };
  const address = `${ip}:${options.port}`;
  try {
    await waitUntilHealthy(child, address, { log, startTimeoutMs: options.startTimeoutMs }, lock);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, uiAddress: `http://${ip}:${options.uiPort}`, pid: child.pid ?? 0, exited, stop };
}

async function waitUntilHealthy(
  child: ChildProcess,
  address: string,
  { log, startTimeoutMs: timeoutMs = 30_000 }: { log: OwnLog; startTimeoutMs: number | undefined },
  lock: string,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (child.exitCode === lockedExitCode) {
      const holder = /locked by process (\d+)[^]*$/.exec(await lastLines(log))?.[1] ?? 'unknown';
      throw new Error(
        `The server's database is in use by another embedded server (process ${holder}). Stop that one, or choose ` +
          `another folder. If process ${holder} is no Temporal server of yours, delete ${lock}.`,
      );
    }
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The Temporal server ended while starting. Its last words:\n${await lastLines(log)}`);
    }
    if (await answers(address)) return;
    if (Date.now() > deadline) {
      throw new Error(
        `The Temporal server did not answer on ${address} within ${timeoutMs / 1000} s. ` +
          `Its last words:\n${await lastLines(log)}`,
      );
    }
    await wait(50);
  }
}

/** True once the namespace can be read; then finished runs are also kept for as long as the settings say. */
async function answers(address: string): Promise<boolean> {
  // A gRPC connection that was refused waits a second before it tries again; a plain one costs nothing.
  if (!(await accepts(address))) return false;
  let connection: Connection;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1000 });
  } catch {
    return false;
  }
  try {
    const { namespace, retentionDays } = embeddedServerSettings;
    const retention = msToTs(retentionDays * 24 * 3600 * 1000);
    const described = await connection.workflowService.describeNamespace({ namespace });
    if (Number(described.config?.workflowExecutionRetentionTtl?.seconds) !== Number(retention.seconds)) {
      const config = { workflowExecutionRetentionTtl: retention };
      await connection.workflowService.updateNamespace({ namespace, config });
    }
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

function accepts(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Where this server's part of the log begins, in bytes: earlier servers wrote to the same file. */
interface OwnLog {
  file: string;
  from: number;
}

/** Of a crash, what led to it and what it was; not the stack. */
async function lastLines({ file, from }: OwnLog, count = 12): Promise<string> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const lines = bytes.subarray(from).toString('utf8').trimEnd().split('\n');
  const crash = lines.findLastIndex((line) => line.startsWith('panic: '));
  return (crash === -1 ? lines.slice(-count) : lines.slice(Math.max(0, crash - 2), crash + 1)).join('\n');
}
