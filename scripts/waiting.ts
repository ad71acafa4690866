/** Everything that waits for people in a namespace: approvals, and runs that stand still. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { ApprovalAnswer, ApprovalRequest } from '../domain/model/run.ts';
import { workflowUrl, type Session } from './connect.ts';
import { runWorkflowType } from './find-run.ts';
import { deepestMessage, openRequests, takeSnapshot, type RunSnapshot } from './snapshot.ts';
import { approveCommand } from './ui/run-view.ts';

/** Runs that are asked at once. */
const ASKED_AT_ONCE = 16;

export interface WaitingRequest extends Omit<ApprovalRequest, 'opened_at' | 'expires_at'> {
  execution_id: string;
  dataset: string;
  /** Of the wave, where the answer is sent in the web page. */
  workflow_id: string;
  /** ISO times. */
  waiting_since: string;
  expires_at: string;
  command: string;
  /** What the Updates `approve` and `reject` take, but for the name. */
  answer: ApprovalAnswer;
  url: string | null;
}

/** A run that stands still for a reason of its own, such as its wave gate; nobody asked it to. */
export interface StandingRun {
  execution_id: string;
  dataset: string;
  reason: string;
  command: string;
  url: string | null;
}

export interface SilentRun {
  execution_id: string;
  started_at: string;
  note: string;
}

export interface Waiting {
  /** Nearest deadline first. */
  requests: WaitingRequest[];
  standing: StandingRun[];
  /** Runs of which it is not known whether something waits. */
  silent: SilentRun[];
}

/** Asks every open run and its open wave. One that cannot be asked does not hide the others. */
export async function findWaiting(session: Session): Promise<Waiting> {
  const { client } = session;
  const broken: SilentRun[] = [];
  const snapshots = await eachBounded(await openRuns(client), ASKED_AT_ONCE, async ({ execution_id, started_at }) => {
    try {
      return [await takeSnapshot(client, execution_id)];
    } catch (error) {
      // Ended, and forgotten since it was listed.
      if (error instanceof WorkflowNotFoundError) return [];
      broken.push({ execution_id, started_at, note: deepestMessage(error as Error) });
      return [];
    }
  });
  const waiting = waitingOf(snapshots.flat(), (workflowId) => workflowUrl(session, workflowId));
  return { ...waiting, silent: [...waiting.silent, ...broken] };
}

/** What waits in these runs; `url` gives a workflow's web page. */
export function waitingOf(snapshots: readonly RunSnapshot[], url: (workflowId: string) => string | null): Waiting {
  const waiting: Waiting = { requests: [], standing: [], silent: [] };
  for (const snapshot of snapshots) {
    const { run, note, execution } = snapshot;
    if (execution.status !== 'running') continue;
    const { workflow_id: execution_id, started_at } = execution;
    if (note !== null) waiting.silent.push({ execution_id, started_at, note });
    if (run === null) continue;
    const { dataset } = run;
    const workflow_id = run.open_wave?.workflow_id ?? execution_id;
    for (const request of openRequests(snapshot)) {
      const { opened_at, expires_at, ...rest } = request;
      waiting.requests.push({
        execution_id,
        dataset,
        workflow_id,
        ...rest,
        waiting_since: new Date(opened_at).toISOString(),
        expires_at: new Date(expires_at).toISOString(),
        command: approveCommand(execution_id, request, run.signed_answers),
        answer: { request: request.request, digest: request.digest, approver: 'YOUR NAME' },
        url: url(workflow_id),
      });
    }
    if (run.status === 'paused' && run.reason !== null) {
      const command = `npx wavewright resume ${execution_id}`;
      waiting.standing.push({ execution_id, dataset, reason: run.reason, command, url: url(execution_id) });
    }
  }
  waiting.requests.sort((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at));
  return waiting;
}

/** Oldest first. */
async function openRuns(client: Client): Promise<Omit<SilentRun, 'note'>[]> {
  const query = `WorkflowType = '${runWorkflowType}' AND ExecutionStatus = 'Running'`;
  const found: Omit<SilentRun, 'note'>[] = [];
  for await (const { workflowId, startTime } of client.workflow.list({ query })) {
    found.push({ execution_id: workflowId, started_at: startTime.toISOString() });
  }
  return found.sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
}

/** Calls `ask` for each, at most `bound` at once. Answers in the order of `items`; throws as the first that throws. */
export async function eachBounded<T, R>(
  items: readonly T[],
  bound: number,
  ask: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  const left = items.entries();
  const asking = Array.from({ length: Math.min(bound, items.length) }, async () => {
    for (const [at, item] of left) answers[at] = await ask(item);
  });
  await Promise.all(asking);
  return answers;
}
