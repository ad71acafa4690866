/** One wave: inputs, strategy, tuning, plan, gate, execution, measuring, feedback, commit. */
import { allHandlersFinished, CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { MonitorWaveArgs } from '../activities/interface.ts';
import { newDispatch } from '../domain/dispatch/state.ts';
import type { WaveResult } from '../domain/model/run.ts';
import { dispatchFacts } from '../domain/wave/dispatch-facts.ts';
import { dispatchSettings } from '../domain/wave/dispatch-settings.ts';
import { DispatchRunner } from './dispatch-runner.ts';
import { orchestrator } from './orchestrator-activities.ts';
import type { WaveArgs, WaveOutcome, WavePreparation, WaveResume } from './wave-args.ts';
import { WaveControl } from './wave-control.ts';

interface Executed {
  measured: Pick<MonitorWaveArgs, 'planVersion' | 'accepted' | 'facts'>;
  forecast: WaveResult['forecast'];
  ended: WaveOutcome['ended'];
}

export async function wave(args: WaveArgs): Promise<WaveOutcome> {
  const control = new WaveControl(args);
  control.listen();
  return CancellationScope.nonCancellable(() => runWave(args, control));
}

async function runWave(args: WaveArgs, control: WaveControl): Promise<WaveOutcome> {
  const { ref, carry, resume } = args;
  const prepared = resume?.prepared ?? (await prepare(args, control));
  if (prepared === null) return nothingToDo(args, control);
  control.prepared = prepared;
  const runner = startRunner(args, prepared, control);
  control.runner = runner;
  const { dry_run: dryRun } = ref;
  control.stage = dryRun ? 'forecasting' : null;
  control.show();
  const executed = dryRun ? await forecast(args) : await execute(args, control, runner);
  const { ended } = executed;
  // Stopped before its first plan: nothing was done, so nothing is measured or committed.
  const nothingDone = executed.measured.planVersion === 0;
  const concluded = nothingDone ? { result: null, carry, gate: null } : await conclude(args, control, executed);
  control.concluded = { status: statusOf(ended), health: concluded.result?.health ?? null };
  control.stage = 'finished';
  control.show();
  await condition(allHandlersFinished);
  const retryLeft = prepared.retried - (concluded.result?.retried ?? 0);
  return { ...concluded, ended, retryLeft, ...control.outcome() };
}

/** What was to run is done already, or is no task of the run. */
async function nothingToDo({ carry }: WaveArgs, control: WaveControl): Promise<WaveOutcome> {
  await condition(allHandlersFinished);
  return { result: null, carry, gate: null, ended: 'complete', retryLeft: 0, ...control.outcome() };
}

/** Null: there is no task. */
async function prepare(
  { ref, config, waves, retry, retryLeft, carry }: WaveArgs,
  control: WaveControl,
): Promise<WavePreparation | null> {
  const named = `wave ${ref.wave}`;
  const args = { ref, config, waves, retry, retryLeft, carry, at: Date.now() };
  const { tasks, retried, ignored } = await orchestrator(`${named}: read the phases' files`).loadInputs(args);
  control.ignored = ignored;
  for (const text of ignored) control.note(text);
  if (tasks === 0) return null;
  const chosen = await orchestrator(`${named}: select a strategy`).selectStrategy({ ref, at: Date.now() });
  const tuned = await orchestrator(`${named}: tune agents, ${chosen.strategy}`).tuneAgents({ ref });
  return { ...chosen, ...tuned, tasks, retried };
}

function startRunner(args: WaveArgs, prepared: WavePreparation, control: WaveControl): DispatchRunner {
  const { ref, config, resume, timeouts } = args;
  const settings = dispatchSettings(prepared.rebalanceThreshold, config.limits.taskTimeoutMs);
  return new DispatchRunner({
    ref,
    state: resume?.dispatch ?? newDispatch(settings, control.dispatchLevel),
    fleet: prepared.agents,
    asked: resume?.asked ?? [],
    answers: resume?.answers ?? [],
    approvalTimeoutMs: config.gate.approvalTimeoutMs,
    notifyUrl: config.gate.notifyUrl,
    told: resume?.told ?? [],
    taskTimeoutMs: config.limits.taskTimeoutMs,
    timeouts,
    changed: () => control.show(),
    note: (text) => control.note(text),
  });
}

/** A dry run: the whole wave on the virtual clock, in one activity. */
async function forecast({ ref, config }: WaveArgs): Promise<Executed> {
  const { approvalTimeoutMs } = config.gate;
  const forecaster = orchestrator(`wave ${ref.wave}: forecast on a virtual clock`);
  const { forecast, ...measured } = await forecaster.executeChunk({ ref, approvalTimeoutMs, at: Date.now() });
  return { measured, forecast, ended: 'complete' };
}

async function execute(args: WaveArgs, control: WaveControl, runner: DispatchRunner): Promise<Executed> {
  control.tellDispatch();
  const how = await runner.run(() => workflowInfo().continueAsNewSuggested, allHandlersFinished);
  if (how === 'resting') {
    await continueAsNew<(args: WaveArgs) => Promise<WaveOutcome>>({
      ...args,
      level: control.sharedLevel,
      resume: resumeOf(control, runner),
    });
  }
  const { state } = runner;
  return {
    measured: { planVersion: state.planVersion, accepted: runner.accepted(), facts: dispatchFacts(state) },
    forecast: null,
    ended: control.endedAs(state.finished ?? 'complete'),
  };
}

function statusOf(ended: WaveOutcome['ended']): string {
  return ended === 'skipped' || ended === 'cancelled' ? ended : 'completed';
}

function resumeOf(control: WaveControl, runner: DispatchRunner): WaveResume {
  const { heard, skipped, stopAt, reason, notes, reporter, retryAsked, ignored } = control;
  const { state: dispatch, asked, answers, told } = runner;
  const prepared = control.mustKnow();
  return {
    prepared,
    dispatch,
    asked,
    answers,
    told,
    heard,
    skipped,
    stopAt,
    reason,
    notes,
    reports: reporter.sent,
    retryAsked,
    ignored,
  };
}

/** Measures, feeds back and commits. */
async function conclude(
  args: WaveArgs,
  control: WaveControl,
  { measured, forecast, ended }: Executed,
): Promise<Pick<WaveOutcome, 'result' | 'carry' | 'gate'>> {
  const { ref, config, epoch } = args;
  const skipped = ended === 'skipped';
  const named = `wave ${ref.wave}`;
  control.stage = 'measuring';
  control.show();
  const { result, gate } = await orchestrator(`${named}: measure`).monitorWave({
    ref,
    ...measured,
    answers: control.heard,
    waveGate: config.waveGate,
    at: Date.now(),
  });
  const { signals } = await orchestrator(`${named}: feed back to phases 16, 18, 20`).emitFeedback({
    ref,
    at: Date.now(),
  });
  const { planVersion, accepted } = measured;
  const summary = ref.dry_run ? `${named}: keep the forecast` : `${named}: commit`;
  const committed = await orchestrator(summary).commitWave({ ref, epoch, planVersion, accepted, at: Date.now() });
  return {
    result: { ...result, skipped, gate, forecast, signals, ledger_head: committed.ledger_head },
    carry: committed.carry,
    gate,
  };
}
