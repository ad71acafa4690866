/** Serves agents: one activity-only Temporal worker per agent, on the agent's own task queue. */
import { NativeConnection, Worker } from '@temporalio/worker';
import type { AgentAdapter } from '../../activities/agent-adapter.ts';
import { AgentSession } from '../../activities/agent-session.ts';
import { createDrain } from '../../activities/drain.ts';
import { createExecuteChunk } from '../../activities/execute-chunk.ts';
import type { AgentActivities } from '../../activities/interface.ts';
import type { AgentEntry } from '../../contracts/agents-file.ts';
import { agentQueue } from '../../domain/model/task-queues.ts';
import { permanentErrors } from '../activity-interceptors.ts';
import type { ProcessSettings } from '../process-settings.ts';
import { commandAgent } from './command-agent.ts';
import { simulatedAgent } from './simulated-agent.ts';

/** Two open chunks, a reserve for the moment between two, and a drain that must never wait. */
const ACTIVITY_SLOTS = 4;

export interface ServedAgent {
  dataset: string;
  /** The dataset's folder. */
  folder: string;
  entry: AgentEntry;
}

export function adapterFor({ entry, folder }: ServedAgent): AgentAdapter {
  return entry.kind === 'simulated' ? simulatedAgent(entry) : commandAgent(entry, folder);
}

/** A worker for one agent, ready to run. */
export async function createAgentWorker(
  connection: NativeConnection,
  settings: ProcessSettings,
  agent: ServedAgent,
): Promise<Worker> {
  const session = new AgentSession();
  const activities: AgentActivities = {
    executeChunk: createExecuteChunk({ dataRoot: settings.dataRoot, session, adapter: adapterFor(agent) }),
    drain: createDrain(session),
  };
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: agentQueue(agent.dataset, agent.entry.agent_id),
    activities,
    interceptors: { activity: [permanentErrors] },
    maxConcurrentActivityTaskExecutions: ACTIVITY_SLOTS,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    // Running tasks may end; what takes longer is taken up elsewhere.
    shutdownGraceTime: '10s',
    shutdownForceTime: '20s',
  });
  session.isLeaving = () => worker.getState() !== 'RUNNING';
  return worker;
}

/**
 * Serves agents until the process is told to stop. `ready` is called once all of them poll.
 */
export async function serveAgents(settings: ProcessSettings, agents: ServedAgent[], ready: () => void): Promise<void> {
  const connection = await NativeConnection.connect(settings.connection);
  try {
    const workers: Worker[] = [];
    for (const agent of agents) workers.push(await createAgentWorker(connection, settings, agent));
    const running = Promise.all(workers.map((worker) => worker.run()));
    ready();
    await running;
  } finally {
    await connection.close();
  }
}
