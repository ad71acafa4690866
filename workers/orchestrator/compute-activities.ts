/**
 * Activities that compute, in threads of their own: the solver, the roll-outs, the forecast, hashing and commit would
 * otherwise keep the process from heartbeating, and time out their neighbours too.
 */
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Piscina } from 'piscina';
import { createCommitWave } from '../../activities/commit-wave.ts';
import { createEmitFeedback } from '../../activities/emit-feedback.ts';
import { createExplainTask } from '../../activities/explain-task.ts';
import { createForecastChunk } from '../../activities/forecast-chunk.ts';
import type { OrchestratorActivities } from '../../activities/interface.ts';
import { createLoadInputs } from '../../activities/load-inputs.ts';
import { createMonitorWave } from '../../activities/monitor-wave.ts';
import { createSafetyGate } from '../../activities/safety-gate.ts';
import { createScheduleTasks } from '../../activities/schedule-tasks.ts';
import { createSelectStrategy } from '../../activities/select-strategy.ts';
import { createFoldAccepted, createSettleChunk } from '../../activities/settle-chunk.ts';
import { createTuneAgents } from '../../activities/tune-agents.ts';

/** The activities that need nothing but the files. */
export type ComputeActivities = Omit<OrchestratorActivities, 'openRun' | 'closeRun' | 'notifyApprovers'>;

function activitiesOn(dataRoot: string): ComputeActivities {
  const place = { dataRoot };
  return {
    loadInputs: createLoadInputs(place),
    selectStrategy: createSelectStrategy(place),
    tuneAgents: createTuneAgents(place),
    scheduleTasks: createScheduleTasks(place),
    safetyGate: createSafetyGate(place),
    executeChunk: createForecastChunk(place),
    settleChunk: createSettleChunk(place),
    foldAccepted: createFoldAccepted(place),
    monitorWave: createMonitorWave(place),
    emitFeedback: createEmitFeedback(place),
    commitWave: createCommitWave(place),
    explainTask: createExplainTask(place),
  };
}

type Computed = { ok: true; value: unknown } | { ok: false; name: string; message: string; stack: string };

/** In the thread: carries out one activity. Errors become values, since their names do not survive the way between threads. */
export async function computed(name: keyof ComputeActivities, dataRoot: string, args: never): Promise<Computed> {
  try {
    return { ok: true, value: await activitiesOn(dataRoot)[name](args) };
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    return { ok: false, name: known.name, message: known.message, stack: known.stack ?? '' };
  }
}

export interface ComputePool {
  activities: ComputeActivities;
  close(): Promise<void>;
}

const THREADS = 2;
/** What only computes and writes files of its own attempt: when it is cancelled, its thread is ended in the middle. */
const INTERRUPTIBLE: ReadonlySet<keyof ComputeActivities> = new Set([
  'selectStrategy',
  'scheduleTasks',
  'executeChunk',
]);
const NAMES = Object.keys(activitiesOn('')) as (keyof ComputeActivities)[];

/** In the process: the same activities, each call passed on to a thread. */
export function computePool(dataRoot: string): ComputePool {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./compute-thread.js', import.meta.url)),
    minThreads: THREADS,
    maxThreads: THREADS,
    // The loader that this process was started with is the thread's own affair.
    execArgv: [],
  });
  const call = async (name: keyof ComputeActivities, args: unknown): Promise<never> => {
    const answer = await runInThread(pool, { name, dataRoot, args });
    if (answer.ok) return answer.value as never;
    const error = new Error(answer.message);
    error.name = answer.name;
    error.stack = answer.stack;
    throw error;
  };
  const activities = NAMES.map((name) => [name, (args: unknown) => call(name, args)]);
  return { activities: Object.fromEntries(activities) as ComputeActivities, close: () => pool.close() };
}

async function runInThread(
  pool: Piscina,
  call: { name: keyof ComputeActivities; dataRoot: string; args: unknown },
): Promise<Computed> {
  if (!INTERRUPTIBLE.has(call.name)) return (await pool.run(call)) as Computed;
  const { cancellationSignal, cancelled } = Context.current();
  try {
    return (await pool.run(call, { signal: cancellationSignal })) as Computed;
  } catch (error) {
    // Rejects with Temporal's own word for it.
    if (cancellationSignal.aborted) await cancelled;
    throw error;
  }
}
