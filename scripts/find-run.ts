/** From what a person typed, or left out, to the run that is meant. */
import { type Client, WorkflowNotFoundError, type WorkflowExecutionInfo } from '@temporalio/client';
import { CommandError, exitCodes } from './exit-codes.ts';

export const runWorkflowType = 'multiWaveRun';

/** The run that `status` shows: the one named, else the newest open one, else the newest. */
export async function findRunToShow(client: Client, runId: string | undefined): Promise<string> {
  if (runId !== undefined) return requireRun(client, runId);
  const open = await newest(client, `WorkflowType = '${runWorkflowType}' AND ExecutionStatus = 'Running'`);
  const found = open[0] ?? (await newest(client, `WorkflowType = '${runWorkflowType}'`))[0];
  if (found === undefined) {
    throw new CommandError(exitCodes.noSuchRun, 'there is no run yet. Start one with `npx wavewright start`.');
  }
  return found.workflowId;
}

/** The run that a command acts on: the one named, else the only open one. Several are never guessed among. */
export async function findRunToControl(client: Client, runId: string | undefined): Promise<string> {
  if (runId !== undefined) return requireRun(client, runId);
  const open = await newest(client, `WorkflowType = '${runWorkflowType}' AND ExecutionStatus = 'Running'`);
  const [found] = open;
  if (found === undefined) {
    throw new CommandError(exitCodes.noSuchRun, 'no run is open. `npx wavewright status` shows the last one.');
  }
  if (open.length > 1) {
    const ids = open.map((run) => run.workflowId).join(', ');
    throw new CommandError(
      exitCodes.badInput,
      `${open.length} runs are open: ${ids}. Name the one you mean right after the command.`,
    );
  }
  return found.workflowId;
}

/** Says of a call to `runId` that failed because it is not open, what is true of it now. Any other error passes. */
export async function explainNotOpen(client: Client, runId: string, error: unknown): Promise<Error> {
  if (!(error instanceof WorkflowNotFoundError)) return error instanceof Error ? error : new Error(String(error));
  try {
    return hasEnded(runId, (await client.workflow.getHandle(runId).describe()).status.name);
  } catch {
    return noSuchRun(runId);
  }
}

/** Throws for a run that has ended: the server takes some requests of it all the same, and does nothing. */
export async function requireOpen(client: Client, runId: string): Promise<void> {
  const { status } = await client.workflow.getHandle(runId).describe();
  if (status.name !== 'RUNNING') throw hasEnded(runId, status.name);
}

function hasEnded(runId: string, status: string): CommandError {
  return new CommandError(exitCodes.problem, `run ${runId} has ended (${status.toLowerCase()}); nothing was changed.`);
}

async function requireRun(client: Client, runId: string): Promise<string> {
  try {
    await client.workflow.getHandle(runId).describe();
    return runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw noSuchRun(runId);
    throw error;
  }
}

function noSuchRun(runId: string): CommandError {
  return new CommandError(exitCodes.noSuchRun, `there is no run ${runId}. \`npx wavewright status\` shows the newest.`);
}

/** Newest first by start; the server lists closed ones by their end. At most 100 are looked at. */
async function newest(client: Client, query: string): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query, pageSize: 100 })) {
    if (found.push(run) === 100) break;
  }
  return found.sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
}
