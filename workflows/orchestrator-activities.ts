/** The orchestrator's activities as workflows call them. They heartbeat by timer, so a lost process is noticed soon. */
import { proxyActivities } from '@temporalio/workflow';
import type { OrchestratorActivities } from '../activities/interface.ts';
import { ORCHESTRATOR_QUEUE } from '../domain/model/task-queues.ts';

export const orchestrator = proxyActivities<OrchestratorActivities>({
  taskQueue: ORCHESTRATOR_QUEUE,
  startToCloseTimeout: '30m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '20s', maximumAttempts: 12 },
});
