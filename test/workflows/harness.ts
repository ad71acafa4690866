/** Everything that a run needs, for tests: a real server, an orchestrator, agents, datasets; all of it ends with `stop`. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { AgentTimeouts } from '../../activities/interface.ts';
import type { DemoOptions } from '../../domain/demo/generate.ts';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { datasetAgents } from '../../workers/agents/fleet.ts';
import { createAgentWorker, type AgentWorker } from '../../workers/agents/serve-agents.ts';
import { locateTemporal } from '../../workers/embedded-server/locate.ts';
import { freePort } from '../../workers/embedded-server/port.ts';
import { startEmbeddedServer } from '../../workers/embedded-server/start.ts';
import { bundleWorkflows, createOrchestrator } from '../../workers/orchestrator/orchestrator.ts';
import type { ProcessSettings } from '../../workers/process-settings.ts';
import type { multiWaveRun } from '../../workflows/multi-wave-run.ts';
import { quietRuntime } from '../quiet-runtime.ts';

const PROGRAM = fileURLToPath(new URL('../../scripts/wavewright.js', import.meta.url));
/** Memory where there is such a folder: runs sync a lot, and nothing of theirs must outlive the power. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Short enough for a test, long enough for a busy machine. */
const TIMEOUTS: AgentTimeouts = { unreachableMs: 2_000, heartbeatMs: 5_000, probeMs: 1_000 };

let bundle: ReturnType<typeof bundleWorkflows> | null = null;

/** The workflow code, built once per process. */
export function workflowBundle(): ReturnType<typeof bundleWorkflows> {
  return (bundle ??= bundleWorkflows());
}

export interface HarnessOptions {
  timeouts?: Partial<AgentTimeouts>;
  /** Dynamic configuration of the server beside its own. */
  dynamicConfig?: Record<string, unknown>;
  /** False: the test starts the orchestrator itself. */
  orchestrator?: boolean;
  /** Where a folder for everything is made; by default in memory. */
  parent?: string;
}

/** A run that was started, or its latest execution where it continued as new. */
export type RunHandle = WorkflowHandleWithFirstExecutionRunId<typeof multiWaveRun>;

export interface ServedProcess {
  pid: number;
  /** Sends a signal and, for one that ends it, waits until it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export class Harness {
  readonly client: Client;
  /** Of the server's web page, `http://127.0.0.1:<port>`. */
  readonly uiAddress: string;
  readonly dataRoot: string;
  private readonly settings: ProcessSettings;
  private readonly ends: (() => Promise<void>)[] = [];
  private native: NativeConnection | null = null;
  private readonly started: RunHandle[] = [];

  private constructor(client: Client, uiAddress: string, settings: ProcessSettings) {
    this.client = client;
    this.uiAddress = uiAddress;
    this.settings = settings;
    this.dataRoot = settings.dataRoot;
  }

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    quietRuntime();
    const folder = mkdtempSync(join(options.parent ?? PARENT, 'wavewright-run-'));
    const program = await locateTemporal({ folder: '.temporal', env: process.env });
    const [port, uiPort] = [await freePort(), await freePort()];
    const log = join(folder, 'server.log');
    const { dynamicConfig = {} } = options;
    const server = await startEmbeddedServer({ program, folder, port, uiPort, log, dynamicConfig });
    const connection = await Connection.connect({ address: server.address });
    const harness = new Harness(new Client({ connection }), server.uiAddress, {
      dataRoot: join(folder, 'data'),
      namespace: 'default',
      connection: { address: server.address },
    });
    harness.ends.push(
      () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
      () => server.stop(),
      () => connection.close(),
    );
    if (options.orchestrator !== false) await harness.orchestrate({ ...TIMEOUTS, ...options.timeouts });
    return harness;
  }

  /** Ends everything, newest first. */
  async stop(): Promise<void> {
    // What a failed test left running would ask a server that is gone.
    await Promise.all(this.started.map((run) => run.terminate().catch(() => undefined)));
    for (const end of this.ends.splice(0).reverse()) await end();
    await this.native?.close();
  }

  /** The orchestrator in this process. */
  private async orchestrate(timeouts: AgentTimeouts): Promise<void> {
    const orchestrator = await createOrchestrator(this.settings, await workflowBundle(), timeouts);
    const running = orchestrator.run();
    this.ends.push(async () => {
      orchestrator.worker.shutdown();
      await running;
    });
  }

  /** Writes a generated dataset; `speed` is a factor on that of every agent. Answers with its folder. */
  async dataset(name: string, options: Partial<DemoOptions> & { speed?: number } = {}): Promise<string> {
    const { speed = 1, ...shape } = options;
    const folder = join(this.dataRoot, name);
    await writeDemoDataset(folder, { waves: 2, tasks: 24, agents: 3, seed: 5, ...shape });
    editFleet(folder, (agent) => ({ ...agent, speed: Number(agent.speed) * speed }));
    return folder;
  }

  /** Serves the dataset's agents, or some of them, in this process. Answers with what ends them. */
  async serve(dataset: string, only?: string[]): Promise<() => Promise<void>> {
    this.native ??= await NativeConnection.connect(this.settings.connection);
    const workers: { worker: AgentWorker; running: Promise<void> }[] = [];
    for (const agent of await datasetAgents(this.dataRoot, dataset)) {
      if (only && !only.includes(agent.entry.agent_id)) continue;
      const worker = await createAgentWorker(this.native, this.settings, agent);
      workers.push({ worker, running: worker.run() });
    }
    const end = async () => {
      for (const { worker, running } of workers.splice(0)) {
        worker.shutdown();
        await running;
      }
    };
    this.ends.push(end);
    return end;
  }

  /** The environment in which the command line finds this server and these datasets. */
  environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TEMPORAL_ADDRESS: this.settings.connection.address,
      TEMPORAL_NAMESPACE: 'default',
      WAVEWRIGHT_DATA: this.dataRoot,
    };
  }

  /** A process of the command line, once it has printed `ready`. It is killed at the end, if not before. */
  async process(args: string[], ready: RegExp, env: NodeJS.ProcessEnv = {}): Promise<ServedProcess> {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...this.environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = async (signal: NodeJS.Signals) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone;
    };
    this.ends.push(() => kill('SIGKILL'));
    await untilPrinted(child, ready);
    return { pid: child.pid ?? 0, kill };
  }

  /** Starts a run; each gets an id of its own unless one is given. */
  async start(input: unknown, workflowId = `run-${this.started.length + 1}`): Promise<RunHandle> {
    const run = await this.client.workflow.start<typeof multiWaveRun>('multiWaveRun', {
      workflowId,
      taskQueue: ORCHESTRATOR_QUEUE,
      args: [input],
    });
    this.started.push(run);
    return run;
  }
}

/** Changes every agent of a fleet file. */
export function editFleet(
  folder: string,
  change: (agent: Record<string, unknown>, index: number) => Record<string, unknown>,
): void {
  const path = join(folder, 'phase22/agents.json');
  const fleet = JSON.parse(readFileSync(path, 'utf8')) as { agents: Record<string, unknown>[] };
  writeFileSync(path, JSON.stringify({ ...fleet, agents: fleet.agents.map(change) }));
}

/** Allows these hosts, and no other, to agents of a fleet file. */
export function allowHosts(folder: string, allowedHosts: readonly string[]): void {
  const path = join(folder, 'phase22/agents.json');
  writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), allowedHosts }));
}

async function untilPrinted(child: ChildProcess, ready: RegExp): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (ready.test(line)) resolve();
      });
    }
    child.once('exit', () => reject(new Error(`the process ended before it was ready:\n${lines.join('\n')}`)));
  });
}
