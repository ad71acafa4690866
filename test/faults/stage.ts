/** What all episodes share: a server on a file database, the orchestrator, and ways to start and end everything. */
import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { locateTemporal, type TemporalProgram } from '../../workers/embedded-server/locate.ts';
import { freePort } from '../../workers/embedded-server/port.ts';
import { databaseFile } from '../../workers/embedded-server/settings.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../../workers/embedded-server/start.ts';
import { bundleWorkflows } from '../../workers/orchestrator/orchestrator.ts';
import { quietRuntime } from '../quiet-runtime.ts';
import { ChildProcesses, type Child } from './child-processes.ts';
import { writeOtherBuild } from './other-build.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOADER = import.meta.resolve('tsx');
const TEMPORAL_FOLDER = join(ROOT, '.temporal');

export type Build = 'own' | 'other';

export class Stage {
  /** Everything of the campaign lies here. */
  readonly folder: string;
  readonly dataRoot: string;
  readonly client: Client;
  readonly connection: Connection;
  /** The orchestrator that serves now; null when it was ended. */
  orchestrator: Child | null = null;
  /** Of the orchestrator that serves now. */
  private build: Build = 'own';
  private server: EmbeddedServer;
  private readonly program: TemporalProgram;
  private readonly ports: { port: number; uiPort: number };
  private readonly children: ChildProcesses;
  private readonly bundles = new Map<Build, Promise<string>>();

  private constructor(parts: Pick<Stage, 'folder' | 'client' | 'connection'> & Started) {
    this.folder = parts.folder;
    this.dataRoot = join(parts.folder, 'data');
    this.client = parts.client;
    this.connection = parts.connection;
    this.server = parts.server;
    this.program = parts.program;
    this.ports = parts.ports;
    mkdirSync(join(parts.folder, 'logs'));
    mkdirSync(this.dataRoot);
    this.children = new ChildProcesses(join(parts.folder, 'logs'));
  }

  static async start(): Promise<Stage> {
    quietRuntime();
    // Memory where there is such a folder: episodes sync a lot, and none is about the loss of power.
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wavewright-faults-'));
    const program = await locateTemporal({ folder: TEMPORAL_FOLDER, env: process.env });
    const ports = { port: await freePort(), uiPort: await freePort() };
    const server = await startEmbeddedServer({ program, folder, ...ports, log: join(folder, 'server.log') });
    const connection = await Connection.connect({ address: server.address });
    const client = new Client({ connection });
    return new Stage({ folder, client, connection, server, program, ports });
  }

  /** Ends everything; the folder goes too unless it is to be kept. */
  async stop(keep: boolean): Promise<void> {
    await this.children.stop();
    await this.connection.close();
    await this.server.stop();
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  /** The orchestrator, started where none is alive. */
  async anOrchestrator(): Promise<Child> {
    return this.orchestrator?.alive ? this.orchestrator : this.startOrchestrator();
  }

  /** Leaves the orchestrator to the next episode only if it is our own build and `sound`, with nothing broken in it. */
  async handOver(sound: boolean): Promise<void> {
    this.orchestrator?.injection.heal();
    if (sound && this.build === 'own') return;
    await this.orchestrator?.kill('SIGKILL');
    this.orchestrator = null;
  }

  /** Starts an orchestrator, which counts as the stage's from now on, beside any other that runs. */
  async startOrchestrator(build: Build = 'own'): Promise<Child> {
    const bundle = await this.bundle(build);
    const script = join(this.rootOf(build), 'test/faults/serve-orchestrator.ts');
    this.orchestrator = await this.children.start(
      {
        name: 'orchestrator',
        args: ['--import', LOADER, script],
        env: { WAVEWRIGHT_DATA: this.dataRoot, WAVEWRIGHT_FAULT_BUNDLE: bundle },
        ready: /orchestrator ready/,
      },
      this.server.address,
    );
    this.build = build;
    return this.orchestrator;
  }

  /** Starts a process that serves these agents. */
  startAgents(dataset: string, agents: readonly string[], build: Build = 'own'): Promise<Child> {
    return this.children.start(
      {
        name: `${dataset}-${agents[0]}`,
        args: [join(this.rootOf(build), 'scripts/wavewright.js'), 'agents', '--dataset', dataset, '--agent', ...agents],
        env: { WAVEWRIGHT_DATA: this.dataRoot },
        ready: /agents ready/,
      },
      this.server.address,
    );
  }

  /** `kill -9` of the server itself, not of its guard. Answers with the id of the process that was killed. */
  async killServer(): Promise<number> {
    const lock = `${databaseFile(this.folder, this.program.serverVersion)}.lock`;
    const pid = Number(readFileSync(lock, 'utf8').split(' ')[1]);
    process.kill(pid, 'SIGKILL');
    await this.server.exited;
    return pid;
  }

  stopServer(): Promise<void> {
    return this.server.stop();
  }

  /** Starts the server again on its database and its ports. */
  async startServer(): Promise<void> {
    const log = join(this.folder, 'server.log');
    this.server = await startEmbeddedServer({ program: this.program, folder: this.folder, ...this.ports, log });
  }

  /** File of the built workflow code, made once. */
  bundle(build: Build): Promise<string> {
    const known = this.bundles.get(build);
    if (known) return known;
    const made = (async () => {
      const workflowsPath = join(this.rootOf(build), 'workflows/bundle-entry.ts');
      const logger = new DefaultLogger('ERROR');
      const { code } = build === 'own' ? await bundleWorkflows() : await bundleWorkflowCode({ workflowsPath, logger });
      const file = join(this.folder, `${build}-build.js`);
      writeFileSync(file, code);
      return file;
    })();
    this.bundles.set(build, made);
    return made;
  }

  private rootOf(build: Build): string {
    if (build === 'own') return ROOT;
    const copy = join(this.folder, 'other-build');
    if (!existsSync(copy)) writeOtherBuild(copy);
    return copy;
  }
}

interface Started {
  server: EmbeddedServer;
  program: TemporalProgram;
  ports: { port: number; uiPort: number };
}
