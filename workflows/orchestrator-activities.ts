/** The orchestrator's activities as workflows call them. They heartbeat by timer, so a lost process is noticed soon. */
import { proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { OrchestratorActivities } from '../activities/interface.ts';
import { ORCHESTRATOR_QUEUE } from '../domain/model/task-queues.ts';

/** For what a person waits for: a late answer is none. */
export const FOR_ONE_WHO_WAITS: ActivityOptions = { startToCloseTimeout: '20s', retry: { maximumAttempts: 2 } };

/** `summary` is what the Temporal UI's timeline shows of the call. */
export function orchestrator(summary: string, options: ActivityOptions = {}): OrchestratorActivities {
  return proxyActivities<OrchestratorActivities>({
    taskQueue: ORCHESTRATOR_QUEUE,
    startToCloseTimeout: '30m',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '500ms', maximumInterval: '20s', maximumAttempts: 12 },
    summary,
    ...options,
  });
}
