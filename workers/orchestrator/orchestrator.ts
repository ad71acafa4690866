/** The orchestrator's process: one Temporal worker that runs the workflows and their activities. */
import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import type { AgentTimeouts } from '../../activities/interface.ts';
import { ORCHESTRATOR_QUEUE } from '../../domain/model/task-queues.ts';
import { HEARTBEAT_THROTTLE_MS, heartbeats, permanentErrors } from '../activity-interceptors.ts';
import type { ProcessSettings } from '../process-settings.ts';
import type { Dependencies } from '../../activities/dependencies.ts';
import { orchestratorActivities } from './activities.ts';
import { computePool } from './compute-activities.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/bundle-entry.ts', import.meta.url));

/** The workflow code as Temporal loads it; building it takes a second or two. */
export function bundleWorkflows(): Promise<{ code: string }> {
  return bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: QUIET, preloadModules: STATELESS });
}

/** Loaded once per process: in each workflow anew it would cost about 10 ms and 100 KiB. It keeps nothing of a caller. */
const STATELESS = ['@noble/curves/ed25519.js'];

const silent = () => undefined;
const QUIET = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

export interface Orchestrator {
  worker: Worker;
  /** Ends when the worker was shut down; then closes its connections. */
  run(): Promise<void>;
}

/** An agent that is killed is noticed within a heartbeat; one that was never started after half a minute. */
const AGENT_TIMEOUTS: AgentTimeouts = { unreachableMs: 30_000, heartbeatMs: 10_000, probeMs: 5_000 };

const FEW_POLLS = { type: 'simple-maximum', maximum: 2 } as const;

/** Connects and gets ready to work. `workflowBundle` saves the time of building it. */
export async function createOrchestrator(
  settings: ProcessSettings,
  workflowBundle?: { code: string },
  timeouts: AgentTimeouts = AGENT_TIMEOUTS,
): Promise<Orchestrator> {
  const { namespace } = settings;
  const connection = await NativeConnection.connect(settings.connection);
  const clientConnection = await Connection.connect(settings.connection);
  const client = new Client({ connection: clientConnection, namespace });
  await ensureSearchAttributes(clientConnection, namespace);
  const dependencies: Dependencies = {
    dataRoot: settings.dataRoot,
    isRunClosed: (executionId) => isRunClosed(client, executionId),
    searchAttributesKnown: () => ensureSearchAttributes(clientConnection, namespace),
    timeouts,
  };
  const computing = computePool(settings.dataRoot);
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: ORCHESTRATOR_QUEUE,
    workflowBundle: workflowBundle ?? (await bundleWorkflows()),
    activities: orchestratorActivities(dependencies, computing.activities),
    interceptors: { activity: [permanentErrors, heartbeats] },
    maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
    maxCachedWorkflows: 200,
    // Open polls of a process that froze still take tasks, each for as long as its time-out: the fewer, the better.
    workflowTaskPollerBehavior: FEW_POLLS,
    activityTaskPollerBehavior: FEW_POLLS,
    // A killed orchestrator's workflows wait only so long for it before another takes them over.
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  });
  return {
    worker,
    run: async () => {
      try {
        await worker.run();
      } finally {
        await computing.close();
        await clientConnection.close();
        await connection.close();
      }
    },
  };
}

/** Whether a run's latest execution is over, or the server has forgotten it. */
async function isRunClosed(client: Client, executionId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(executionId).describe();
    return status.name !== 'RUNNING' && status.name !== 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}
