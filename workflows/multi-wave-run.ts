/** A run: opens the dataset, runs one wave after the other, passes the wave gate between them, closes the dataset. */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { joinAsks } from '../domain/control/retry-ask.ts';
import { startSpending } from '../domain/control/spending.ts';
import type { RunStatus } from '../domain/model/run.ts';
import { orchestrator } from './orchestrator-activities.ts';
import type { RunResult, RunResume, RunState } from './run-args.ts';
import { RunControl } from './run-control.ts';
import { wave } from './wave.ts';
import type { WaveOutcome } from './wave-args.ts';

/** `input` is checked by the first activity; `{}` or nothing is a dry run of the demo dataset. */
export async function multiWaveRun(input?: unknown, resume?: RunResume): Promise<RunResult> {
  const control = new RunControl(input, resume ?? null);
  control.listen();
  return CancellationScope.nonCancellable(() => run(input ?? {}, control));
}

async function run(input: unknown, control: RunControl): Promise<RunResult> {
  const state = (control.state ??= await open(input, control));
  const { opened } = state;
  control.show('running');
  if (opened.waves.length === 0) {
    control.reason = 'every task asked for is done; "rerun": true runs them again';
    return close(state, control, 'nothing_to_do');
  }
  try {
    return await close(state, control, await runWaves(input, state, control));
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure) && !(error instanceof ActivityFailure)) throw error;
    // A live run's lease stays open: the next run of the dataset takes over what was done and not committed.
    control.closing = true;
    control.fails();
    if (opened.epoch === null) await closeFiles(state, control, 'failed');
    throw rootFailure(error);
  }
}

async function open(input: unknown, control: RunControl): Promise<RunState> {
  const { executionId } = control;
  const startedAt = Date.now();
  try {
    const opened = await orchestrator('open the dataset').openRun({ execution_id: executionId, input, at: startedAt });
    for (const text of opened.notes) control.note(text);
    const { carry, config } = opened;
    const { stopAt } = startSpending(config.limits);
    return { opened, next: 0, carry, finished: [], skipped: [], retry: null, retryLeft: null, stopAt, startedAt };
  } catch (error) {
    throw rootFailure(error);
  }
}

/** Answers how the run ends. */
async function runWaves(input: unknown, state: RunState, control: RunControl): Promise<RunStatus> {
  for (;;) {
    await rest(control);
    if (control.level.cancelled) return 'cancelled';
    const number = nextWave(state, control);
    if (number === null) return 'completed';
    const ended = await runWave(state, control, number);
    if (ended !== null) return ended;
    state.next += 1;
    if (!workflowInfo().continueAsNewSuggested) continue;
    await condition(allHandlersFinished);
    const { level, reason, notes } = control;
    const resume: RunResume = { state, level, reason, notes };
    await continueAsNew<typeof multiWaveRun>(input, resume);
  }
}

/** Stands still while the run is paused. */
async function rest(control: RunControl): Promise<void> {
  if (!control.level.paused || control.level.cancelled) return;
  control.show('paused');
  await condition(() => !control.level.paused || control.level.cancelled);
  control.reason = null;
  control.show('running');
}

/** The next wave that nobody skipped; after the last, one more where failed tasks are to run again. Null: none is left. */
function nextWave(state: RunState, control: RunControl): number | null {
  const { opened, skipped } = state;
  for (; state.next < opened.waves.length; state.next++) {
    const number = opened.waves[state.next] ?? 0;
    if (!skipped.includes(number)) return number;
  }
  if (state.retry === null) return null;
  if (control.failedSoFar() === 0 || control.isDryRun) {
    state.retry = null;
    control.note('retryFailed: no task has failed for good');
    return null;
  }
  const extra = Math.max(opened.lastWave, ...opened.waves) + 1;
  opened.waves.push(extra);
  return extra;
}

/** Answers how the run ends, if it ends here. */
async function runWave(state: RunState, control: RunControl, number: number): Promise<RunStatus | null> {
  const workflowId = `${control.executionId}/wave-${number}`;
  const outcome = await startWave(state, control, { number, dryRun: control.isDryRun, workflowId });
  if (outcome.ended === 'cancelled') return 'cancelled';
  if (outcome.ended === 'dry_run') {
    await startWave(state, control, { number, dryRun: true, workflowId: `${workflowId}-dry-run` });
    return null;
  }
  if (outcome.ended === 'skipped') {
    // A person has decided already: no gate judges what was cut short.
    if (!state.skipped.includes(number)) state.skipped.push(number);
    return null;
  }
  const { gate } = outcome;
  if (gate?.action === 'abort') {
    control.reason = gate.reason;
    return 'aborted';
  }
  if (gate?.action === 'pause' || gate?.action === 'ask') control.standStill(gate.reason);
  return null;
}

async function startWave(
  state: RunState,
  control: RunControl,
  { number, dryRun, workflowId }: { number: number; dryRun: boolean; workflowId: string },
): Promise<WaveOutcome> {
  const { opened, finished, skipped, stopAt, retry, retryLeft } = state;
  const { config, epoch, searchAttributes, timeouts } = opened;
  const ref = { execution_id: control.executionId, dataset: config.dataset, wave: number, dry_run: dryRun };
  const live = finished.filter((done) => !done.dry_run);
  const spending = {
    failures: live.reduce((sum, done) => sum + done.failed, 0),
    cost: live.reduce((sum, done) => sum + done.cost, 0),
    stopAt,
  };
  control.waveOpens(number, workflowId, dryRun);
  try {
    const { level } = control;
    state.retry = null;
    const waves = opened.waves.slice(0, state.next + 1).filter((earlier) => !skipped.includes(earlier));
    const child = await startChild(wave, {
      workflowId,
      staticSummary: `wave ${number}${dryRun ? ' (dry run)' : ''} of ${config.dataset}`,
      args: [
        {
          ref,
          config,
          waves,
          retry,
          retryLeft,
          carry: state.carry,
          epoch,
          // What is asked of a wave in its own mode.
          level: { ...level, dryRun: false },
          spending,
          searchAttributes,
          timeouts,
          resume: null,
        },
      ],
    });
    control.waveStarted(level);
    const outcome = await child.result();
    state.carry = outcome.carry;
    state.stopAt = outcome.stopAt;
    state.retryLeft = outcome.retryLeft > 0 ? number : null;
    if (outcome.retryAsked !== null) state.retry = joinAsks(state.retry, outcome.retryAsked);
    control.merge(outcome.level);
    for (const text of outcome.ignored) control.note(`wave ${number}: ${text}`);
    if (outcome.result) state.finished.push(outcome.result);
    else if (outcome.ended === 'complete') control.note(`wave ${number}: no task was left to run`);
    return outcome;
  } finally {
    control.waveEnded();
  }
}

async function close(state: RunState, control: RunControl, status: RunStatus): Promise<RunResult> {
  control.closing = true;
  if (status === 'cancelled') control.reason = whatIsLeft(state);
  await closeFiles(state, control, status);
  control.show(status);
  await condition(allHandlersFinished);
  // Temporal calls a run cancelled only when the run itself, not just its wave, was asked to end.
  if (control.level.cancelled) throw new CancelledFailure(`Cancelled; what was done is committed: ${control.reason}`);
  const { execution_id, dataset, dry_run, reason, finished } = control.progress();
  return { execution_id, dataset, dry_run, status, reason, waves: finished };
}

function whatIsLeft({ opened, finished }: RunState): string {
  const live = finished.filter((done) => done.dry_run === opened.config.dryRun);
  const sum = (pick: (done: (typeof live)[number]) => number) => live.reduce((total, done) => total + pick(done), 0);
  const completed = sum((done) => done.completed);
  const ended = completed + sum((done) => done.failed - done.retried) + sum((done) => done.rejected);
  return `${completed} of ${opened.tasks} task(s) completed, ${opened.tasks - ended} left in the backlog`;
}

async function closeFiles(state: RunState, control: RunControl, status: string): Promise<void> {
  const { opened, finished, startedAt } = state;
  await orchestrator(`close the dataset: ${status}`).closeRun({
    execution_id: control.executionId,
    dataset: opened.config.dataset,
    dry_run: opened.config.dryRun,
    epoch: opened.epoch,
    status,
    started_at: startedAt,
    at: Date.now(),
    reason: control.reason,
    waves: finished,
    tasks: opened.tasks,
  });
}

/** The failure that people should read: the cause, not the wrapping. Everything else goes on as it is. */
function rootFailure(error: unknown): unknown {
  let cause: unknown = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause)
    cause = cause.cause;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.create({ message: cause.message, type: cause.type ?? 'Failed', nonRetryable: true });
}
