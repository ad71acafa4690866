/** The activities that an agent serves, called on the agent's own task queue. */
import { ActivityCancellationType, ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { AgentActivities, AgentTimeouts, WaveRef } from '../activities/interface.ts';
import type { ChunkReport } from '../domain/dispatch/protocol.ts';
import { type ChunkRange, rangeOf } from '../domain/dispatch/state.ts';
import { agentQueue } from '../domain/model/task-queues.ts';
import { CHUNK_BUDGET_MS } from '../domain/wave/dispatch-settings.ts';

export interface AgentCallInput {
  ref: WaveRef;
  taskTimeoutMs: number;
  timeouts: AgentTimeouts;
}

/** Throws an `ActivityFailure` when the chunk is lost: nobody polls, or whoever took it fell silent. */
export function executeOnAgent(input: AgentCallInput, range: ChunkRange, epoch: number): Promise<ChunkReport> {
  const { ref, taskTimeoutMs, timeouts } = input;
  const { agentId, planVersion, from, to } = range;
  const agent = proxyActivities<AgentActivities>({
    taskQueue: agentQueue(ref.dataset, agentId),
    scheduleToStartTimeout: timeouts.unreachableMs,
    heartbeatTimeout: timeouts.heartbeatMs,
    startToCloseTimeout: CHUNK_BUDGET_MS + taskTimeoutMs + 30_000,
    // The dispatch retries, never the server.
    retry: { maximumAttempts: 1 },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `${agentId}: rows ${from}–${to - 1} of plan ${planVersion}`,
  });
  const { heartbeatMs: heartbeatTimeoutMs } = timeouts;
  return agent.executeChunk({
    ref,
    ...rangeOf(range),
    epoch,
    heartbeatTimeoutMs,
    budgetMs: CHUNK_BUDGET_MS,
  });
}

/** Asks the agent to give up the chunk's attempts: nobody waits for them. An agent that does not hear it learns of it later. */
export async function abandonOnAgent(input: AgentCallInput, agentId: string, seq: number): Promise<void> {
  const agent = proxyActivities<AgentActivities>({
    taskQueue: agentQueue(input.ref.dataset, agentId),
    scheduleToCloseTimeout: input.timeouts.probeMs,
    retry: { maximumAttempts: 1 },
    summary: `${agentId}: give up chunk ${seq}`,
  });
  await agent.drain({ ref: input.ref, agentId, epoch: 0, abandon: seq }).catch((error: unknown) => {
    if (!(error instanceof ActivityFailure)) throw error;
  });
}

/** True when the agent answered. Epoch 0 only asks whether it is there. */
export async function drainAgent(input: AgentCallInput, agentId: string, epoch: number): Promise<boolean> {
  const agent = proxyActivities<AgentActivities>({
    taskQueue: agentQueue(input.ref.dataset, agentId),
    scheduleToCloseTimeout: input.timeouts.probeMs,
    retry: { maximumAttempts: 1 },
    summary: epoch === 0 ? `${agentId}: is it there?` : `${agentId}: start nothing more`,
  });
  try {
    await agent.drain({ ref: input.ref, agentId, epoch });
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return false;
  }
}
