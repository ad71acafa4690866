/** All that can be seen of a run at one moment: what it says of itself, what its open wave says, what Temporal says. */
import {
  ApplicationFailure,
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { ApprovalRequest, RunProgress, WaveProgress } from '../domain/model/run.ts';
import { runProgressQuery, waveProgressQuery } from '../workflows/messages.ts';

export interface RunSnapshot {
  run: RunProgress | null;
  wave: WaveProgress | null;
  execution: {
    workflow_id: string;
    /** Temporal's word: running, completed, failed, cancelled, terminated, timed_out. */
    status: string;
    started_at: string;
    closed_at: string | null;
  };
  /** Why the run's own words, or those of its open wave, are missing. */
  note: string | null;
  /** What an ended run returned. */
  result: unknown;
  /** Why a run that ended badly did. */
  failure: string | null;
  /** Temporal's type of that failure: `BadInputError` where the run refused its input. */
  failure_type: string | null;
}

const queryTimeoutMs = 3000;

export const noOrchestrator =
  'no orchestrator answers for this run; it goes on when one is started with `npx wavewright dev` or `npx wavewright orchestrator`';

export async function takeSnapshot(client: Client, runId: string): Promise<RunSnapshot> {
  const handle = client.workflow.getHandle(runId);
  const described = await handle.describe();
  const open = described.status.name === 'RUNNING';
  const asked = await ask(client, () => handle.query(runProgressQuery));
  const run = asked.kind === 'answer' ? asked.value : null;
  let wave: WaveProgress | null = null;
  let note = open && asked.kind === 'silent' ? asked.reason : null;
  if (open && run !== null && run.open_wave !== null) {
    const waveHandle = client.workflow.getHandle(run.open_wave.workflow_id);
    const waveAsked = await ask(client, () => waveHandle.query(waveProgressQuery));
    if (waveAsked.kind === 'answer') wave = waveAsked.value;
    else if (waveAsked.reason === noOrchestrator) note = waveAsked.reason;
  }
  const ending = open ? { result: null, failure: null, failure_type: null } : await readEnding(client, runId);
  // Temporal keeps no words of a cancelled run; it tells them itself.
  if (described.status.name === 'CANCELLED' && run?.reason) ending.failure = `cancelled, ${run.reason}`;
  return {
    run,
    wave,
    execution: {
      workflow_id: runId,
      status: described.status.name.toLowerCase(),
      started_at: described.startTime.toISOString(),
      closed_at: described.closeTime?.toISOString() ?? null,
    },
    note,
    ...ending,
  };
}

/** Requests that wait, each once: the wave's own words are newer than what it told its run. An ended run's wait for nobody. */
export function openRequests(snapshot: RunSnapshot): ApprovalRequest[] {
  if (snapshot.execution.status !== 'running') return [];
  const byName = new Map<string, ApprovalRequest>();
  for (const request of snapshot.run?.requests ?? []) byName.set(request.request, request);
  for (const request of snapshot.wave?.requests ?? []) byName.set(request.request, request);
  return [...byName.values()];
}

/** One word for where the run stands: its own where it has one, else Temporal's. A cancelled run that committed has completed for Temporal. */
export function runState({ execution, run, result }: RunSnapshot): string {
  if (execution.status === 'running') return run?.status ?? 'running';
  if (execution.status !== 'completed') return execution.status;
  const own = typeof result === 'object' && result !== null && 'status' in result ? result.status : undefined;
  return typeof own === 'string' ? own : 'completed';
}

/** True for a run that is over and did not do what was asked of it. */
export function endedBadly(snapshot: RunSnapshot): boolean {
  if (snapshot.execution.status === 'running') return false;
  const state = runState(snapshot);
  return state !== 'completed' && state !== 'nothing_to_do';
}

type Asked<T> = { kind: 'answer'; value: T } | { kind: 'silent'; reason: string };

/** A query needs a worker: without one it runs into its time limit or is refused by the server. */
async function ask<T>(client: Client, query: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { kind: 'answer', value: await client.withDeadline(Date.now() + queryTimeoutMs, query) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'silent', reason: 'it has just ended' };
    if (error instanceof QueryNotRegisteredError) return { kind: 'silent', reason: 'the run has not begun yet' };
    if (isNobodyThere(error)) return { kind: 'silent', reason: noOrchestrator };
    throw error;
  }
}

/**
 * gRPC: 1 cancelled and 4 deadline exceeded, by the server's clock or ours; 8 the buffer of unanswered queries is full; 9 failed
 * precondition (no poller seen). The SDK wraps them for queries and updates alike.
 */
export function isNobodyThere(error: unknown): boolean {
  const cause = error instanceof Error && !isGrpcServiceError(error) ? error.cause : error;
  if (isGrpcServiceError(cause)) return [1, 4, 8, 9].includes(cause.code);
  return error instanceof Error && /RPCTimeout/.test(error.name);
}

async function readEnding(
  client: Client,
  runId: string,
): Promise<Pick<RunSnapshot, 'result' | 'failure' | 'failure_type'>> {
  try {
    const result: unknown = await client.workflow.getHandle(runId, undefined, { followRuns: true }).result();
    return { result, failure: null, failure_type: null };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const cause = deepestCause(error);
    const type = cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
    return { result: null, failure: cause.message, failure_type: type };
  }
}

/** The message nearest to the cause: activity and child failures only repeat that something below failed. */
export function deepestMessage(error: Error): string {
  return deepestCause(error).message;
}

function deepestCause(error: Error): Error {
  let current = error;
  while (current.cause instanceof Error && current.cause.message !== '') current = current.cause;
  return current;
}
