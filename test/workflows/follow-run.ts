/** How tests look at a run: its progress, its open wave, its requests. */
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowFailedError, WorkflowUpdateFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import type { ApprovalRequest, RunProgress, WaveProgress } from '../../domain/model/run.ts';
import { approveUpdate, runProgressQuery, waveProgressQuery } from '../../workflows/messages.ts';
import type { RunResult } from '../../workflows/run-args.ts';
import type { RunHandle } from './harness.ts';

const POLL_MS = 50;

/** Asks until there is an answer; fails with `what` and the last refusal after `timeoutMs`. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let refusal: unknown = null;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      refusal = error;
    }
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`, { cause: refusal });
    await wait(POLL_MS);
  }
}

export function runProgress(run: RunHandle): Promise<RunProgress> {
  return run.query(runProgressQuery);
}

export function waveProgress(wave: WorkflowHandle): Promise<WaveProgress> {
  return wave.query(waveProgressQuery);
}

export function waveHandle(client: Client, run: RunHandle, wave: number): WorkflowHandle {
  return client.workflow.getHandle(`${run.workflowId}/wave-${wave}`);
}

/** The Markdown that the web page shows of a run or a wave. */
export async function board(workflow: WorkflowHandle): Promise<string> {
  const { currentDetails } = await workflow.query<{ currentDetails: string }, []>('__temporal_workflow_metadata');
  return currentDetails;
}

/** Waits until the wave's progress is as wanted. */
export function untilWave(
  what: string,
  wave: WorkflowHandle,
  wanted: (progress: WaveProgress) => boolean,
  timeoutMs?: number,
): Promise<WaveProgress> {
  const ask = async () => {
    const progress = await waveProgress(wave);
    if (wanted(progress)) return progress;
    throw new Error(`so far: ${JSON.stringify(progress)}`);
  };
  return until(what, ask, timeoutMs);
}

/** Waits until the run's progress is as wanted. */
export function untilRun(
  what: string,
  run: RunHandle,
  wanted: (progress: RunProgress) => boolean,
  timeoutMs?: number,
): Promise<RunProgress> {
  const ask = async () => {
    const progress = await runProgress(run);
    if (wanted(progress)) return progress;
    throw new Error(`so far: ${JSON.stringify(progress)}`);
  };
  return until(what, ask, timeoutMs);
}

/** The answer that approves a request. */
export function approvalOf({ request, digest }: ApprovalRequest): {
  request: string;
  digest: string;
  approver: string;
} {
  return { request, digest, approver: 'tester' };
}

/** Approves every request at its wave until the run ends. */
export async function approveAll(client: Client, run: RunHandle): Promise<RunResult> {
  let ended = false;
  const result = run.result().finally(() => (ended = true));
  const answering = (async () => {
    while (!ended) {
      await wait(POLL_MS);
      const { open_wave } = await runProgress(run).catch(() => ({ open_wave: null }));
      if (ended || !open_wave) continue;
      const wave = client.workflow.getHandle(open_wave.workflow_id);
      // A wave that has just ended has no request any more.
      const { requests } = await waveProgress(wave).catch(() => ({ requests: [] }));
      for (const request of requests) {
        await wave.executeUpdate(approveUpdate, { args: [approvalOf(request)] }).catch(unlessAnswered);
      }
    }
  })();
  const [answer] = await Promise.all([result, answering]);
  return answer;
}

/** An answer that was taken just as its wave continued as new is sent again, and finds nothing open. */
function unlessAnswered(error: unknown): void {
  const refused = error instanceof WorkflowUpdateFailedError && error.cause instanceof Error;
  if (!refused || !/ is not open/.test(error.cause.message)) throw error;
}

/** The words in which an Update was refused; fails when it was accepted. */
export async function refusalOf(sending: Promise<unknown>): Promise<string> {
  const error: unknown = await sending.then(
    (answer) => new Error(`accepted: ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WorkflowUpdateFailedError)) throw error;
  return error.cause?.message ?? '';
}

/** The words with which a run failed, deepest first; an error when it did not fail. */
export async function failureOf(run: RunHandle): Promise<string> {
  try {
    await run.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    let cause: Error = error;
    while (cause.cause instanceof Error) cause = cause.cause;
    return cause.message;
  }
  throw new Error(`run ${run.workflowId} did not fail`);
}
