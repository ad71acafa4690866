/** Processes under test: each behind a proxy of its own, with a control file for its preload; none outlives the campaign. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Injection } from './injection.ts';
import { TcpProxy } from './tcp-proxy.ts';

const REAPER = fileURLToPath(new URL('./reaper.js', import.meta.url));
const PRELOAD = new URL('./inject.js', import.meta.url).href;
const READY_MS = 180_000;

export interface ChildSpec {
  /** Names its log and control file. */
  name: string;
  args: string[];
  env: Record<string, string>;
  ready: RegExp;
}

export class Child {
  readonly name: string;
  readonly link: TcpProxy;
  readonly injection: Injection;
  private readonly child: ChildProcess;

  constructor(name: string, child: ChildProcess, link: TcpProxy, injection: Injection) {
    this.name = name;
    this.child = child;
    this.link = link;
    this.injection = injection;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal; for SIGKILL and SIGTERM waits until the process is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    if (!this.alive) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone;
  }

  /** How it was ended; null while it runs or when it ended by itself. */
  get endedBy(): NodeJS.Signals | null {
    return this.child.signalCode;
  }
}

export class ChildProcesses {
  private readonly folder: string;
  private readonly reaper: ChildProcess;
  private readonly children = new Set<Child>();
  private started = 0;

  /** `folder` takes logs and control files. */
  constructor(folder: string) {
    this.folder = folder;
    // A session of its own, so that what ends the campaign's group does not end it first.
    this.reaper = spawn(process.execPath, [REAPER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.reaper.stdin?.on('error', () => undefined);
  }

  /** Starts a process that reaches the server at `server` through its own proxy; resolves once it printed `ready`. */
  async start(spec: ChildSpec, server: string): Promise<Child> {
    const name = `${(this.started += 1)}-${spec.name}`;
    const link = await TcpProxy.start(server);
    const injection = new Injection(`${this.folder}/${name}.control`);
    const { NODE_OPTIONS = '', ...env } = process.env;
    const child = spawn(process.execPath, spec.args, {
      env: {
        ...env,
        TEMPORAL_ADDRESS: link.address,
        TEMPORAL_NAMESPACE: 'default',
        NODE_OPTIONS: `${NODE_OPTIONS} --import ${PRELOAD}`,
        WAVEWRIGHT_FAULT_CONTROL: injection.control,
        ...spec.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.reaper.stdin?.write(`+${child.pid}\n`);
    const started = new Child(name, child, link, injection);
    this.children.add(started);
    child.once('exit', () => {
      this.reaper.stdin?.write(`-${child.pid}\n`);
      this.children.delete(started);
      void link.stop();
    });
    await this.untilReady(child, name, spec.ready);
    return started;
  }

  /** Kills what still runs. */
  async stop(): Promise<void> {
    for (const child of this.children) await child.kill('SIGKILL');
    this.reaper.stdin?.end();
  }

  private async untilReady(child: ChildProcess, name: string, ready: RegExp): Promise<void> {
    const file = `${this.folder}/${name}.log`;
    const log = createWriteStream(file, { flags: 'a' });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} was not ready in time; see ${file}`)), READY_MS);
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream) continue;
        createInterface({ input: stream }).on('line', (line) => {
          log.write(`${new Date().toISOString()} ${line}\n`);
          if (ready.test(line)) resolve();
        });
      }
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        log.end(`${new Date().toISOString()} ended: ${signal ?? `exit code ${code}`}\n`);
        reject(new Error(`${name} ended before it was ready; see ${file}`));
      });
      child.once('error', reject);
    });
  }
}
