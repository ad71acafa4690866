/** Telling people that an approval waits. Nothing of it can hold up or fail the wave. */
import { ActivityFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OrchestratorActivities, WaveRef } from '../activities/interface.ts';
import type { ApprovalRequest } from '../domain/model/run.ts';
import { ORCHESTRATOR_QUEUE } from '../domain/model/task-queues.ts';

const TRIES = 5;

/** What people are told of once: a request whose tasks are others is another one. */
export function noticeName({ request, digest }: ApprovalRequest): string {
  return `${request} ${digest}`;
}

/** Answers with null once people were told, else with why they could not be, for the board. Never throws. */
export async function notifyPeople(ref: WaveRef, url: string, request: ApprovalRequest): Promise<string | null> {
  const { notifyApprovers } = proxyActivities<Pick<OrchestratorActivities, 'notifyApprovers'>>({
    taskQueue: ORCHESTRATOR_QUEUE,
    startToCloseTimeout: '15s',
    heartbeatTimeout: '10s',
    // About 40 s between the first and the last: a receiver that is being restarted is back by then.
    retry: { initialInterval: '1s', backoffCoefficient: 3, maximumAttempts: TRIES },
    summary: `tell people of ${request.request}`,
  });
  const { namespace, workflowId } = workflowInfo();
  try {
    await notifyApprovers({ ref, namespace, workflowId, url, request });
    return null;
  } catch (error) {
    const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `nobody was told of ${request.request}, after up to ${TRIES} tries: ${reason}`;
  }
}
