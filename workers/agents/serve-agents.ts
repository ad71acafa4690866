/** Serves agents: one activity-only Temporal worker per agent, on the agent's own task queue. */
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AgentAdapter } from '../../activities/agent-adapter.ts';
import { AgentSession } from '../../activities/agent-session.ts';
import { createDrain } from '../../activities/drain.ts';
import { createExecuteChunk } from '../../activities/execute-chunk.ts';
import type { AgentActivities } from '../../activities/interface.ts';
import type { AgentEntry } from '../../contracts/agents-file.ts';
import { agentQueue } from '../../domain/model/task-queues.ts';
import { HEARTBEAT_THROTTLE_MS, permanentErrors } from '../activity-interceptors.ts';
import type { ProcessSettings } from '../process-settings.ts';
import { commandAgent } from './command-agent.ts';
import { httpAgent } from './http-agent.ts';
import { moduleAgent } from './module-agent.ts';
import { simulatedAgent } from './simulated-agent.ts';

/** Two open chunks, a reserve for the moment between two, and a drain that must never wait. */
const ACTIVITY_SLOTS = 4;

export interface ServedAgent {
  dataset: string;
  /** The dataset's folder. */
  folder: string;
  entry: AgentEntry;
  /** Hosts that agents of the dataset may call. */
  allowedHosts: string[];
}

/** Throws `BadInputError` where the agent lacks what its entry names: a variable, a module, its export. */
async function adapterFor({ entry, folder, allowedHosts }: ServedAgent): Promise<AgentAdapter> {
  switch (entry.kind) {
    case 'simulated':
      return simulatedAgent(entry);
    case 'command':
      return commandAgent(entry, folder, process.env);
    case 'http':
      return httpAgent(entry, allowedHosts, process.env);
    case 'module':
      return moduleAgent(entry, folder);
  }
}

export interface AgentWorker {
  /** Serves until `shutdown`, and gives back what the agent holds. */
  run(): Promise<void>;
  shutdown(): void;
}

/** A worker for one agent, ready to run. Throws `BadInputError` where the agent lacks what its entry names. */
export async function createAgentWorker(
  connection: NativeConnection,
  settings: ProcessSettings,
  agent: ServedAgent,
): Promise<AgentWorker> {
  return workerFor(connection, settings, agent, await adapterFor(agent));
}

async function workerFor(
  connection: NativeConnection,
  settings: ProcessSettings,
  agent: ServedAgent,
  adapter: AgentAdapter,
): Promise<AgentWorker> {
  const session = new AgentSession();
  const activities: AgentActivities = {
    executeChunk: createExecuteChunk({ dataRoot: settings.dataRoot, session, adapter }),
    drain: createDrain({ dataRoot: settings.dataRoot, session }),
  };
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: agentQueue(agent.dataset, agent.entry.agent_id),
    activities,
    interceptors: { activity: [permanentErrors] },
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    maxConcurrentActivityTaskExecutions: ACTIVITY_SLOTS,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    // Running tasks may end; what takes longer is taken up elsewhere.
    shutdownGraceTime: '10s',
    shutdownForceTime: '20s',
  });
  session.isLeaving = () => worker.getState() !== 'RUNNING';
  return {
    run: () => worker.run().finally(() => adapter.close?.()),
    shutdown: () => worker.shutdown(),
  };
}

/**
 * Serves agents until the process is told to stop. `ready` is called once all of them poll. Throws `BadInputError` before
 * any of them serves where one lacks what its entry names.
 */
export async function serveAgents(settings: ProcessSettings, agents: ServedAgent[], ready: () => void): Promise<void> {
  const adapters: [ServedAgent, AgentAdapter][] = [];
  for (const agent of agents) adapters.push([agent, await adapterFor(agent)]);
  const connection = await NativeConnection.connect(settings.connection);
  try {
    const workers: AgentWorker[] = [];
    for (const [agent, adapter] of adapters) workers.push(await workerFor(connection, settings, agent, adapter));
    const running = Promise.all(workers.map((worker) => worker.run()));
    ready();
    await running;
  } finally {
    await connection.close();
  }
}
