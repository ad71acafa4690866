/** Sending one Temporal Update to a run or a wave: its answer, or why it was refused. */
import { type Client, type UpdateDefinition, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { CommandError, exitCodes } from './exit-codes.ts';
import { explainNotOpen } from './find-run.ts';
import { deepestMessage, isNobodyThere, noOrchestrator } from './snapshot.ts';

const timeoutMs = 20_000;

export type Sent<Result> = { accepted: true; result: Result } | { accepted: false; result: string };

/** Throws a `CommandError` where nobody answers, or where the workflow is not open. */
export async function sendUpdate<Result, Payload>(
  client: Client,
  workflowId: string,
  update: UpdateDefinition<Result, [Payload]>,
  payload: Payload,
): Promise<Sent<Result>> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const send = () => handle.executeUpdate(update, { args: [payload] });
    return { accepted: true, result: await client.withDeadline(Date.now() + timeoutMs, send) };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return { accepted: false, result: deepestMessage(error) };
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isNobodyThere(error)) {
      throw new CommandError(exitCodes.noOrchestrator, `${noOrchestrator}.`, { cause: error });
    }
    throw await explainNotOpen(client, workflowId, error);
  }
}
