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
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { OpenedRun } from '../activities/interface.ts';
import type { ControlLevel } from '../domain/dispatch/state.ts';
import type { ApprovalAnswer, ApprovalRequest, RunProgress, RunStatus, WaveResult } from '../domain/model/run.ts';
import { runBoard } from './board.ts';
import type { Controlled, LevelChange, Verdict } from './control.ts';
import { changedLevel, listenToPeople, refusal, tell } from './control.ts';
import type { WaveReport } from './messages.ts';
import { answerSignal, levelSignal, runProgressQuery, waveReportSignal } from './messages.ts';
import { orchestrator } from './orchestrator-activities.ts';
import { publish } from './search-attributes.ts';
import { wave } from './wave.ts';
import type { WaveOutcome } from './wave-args.ts';

/** What a run answers when it ends. */
export interface RunResult {
  execution_id: string;
  dataset: string;
  dry_run: boolean;
  status: RunStatus;
  reason: string | null;
  waves: WaveResult[];
}

/** What a run hands to its next execution when it continues as new. */
export interface RunResume {
  opened: OpenedRun;
  /** Position in `opened.waves` of the next wave. */
  next: number;
  carry: string | null;
  finished: WaveResult[];
  level: ControlLevel;
  startedAt: number;
}

/** `input` is checked by the first activity; `{}` or nothing is a dry run of the demo dataset. */
export async function multiWaveRun(input?: unknown, resume?: RunResume): Promise<RunResult> {
  const control = new RunControl(input ?? {}, resume ?? null);
  control.listen();
  return CancellationScope.nonCancellable(() => control.run());
}

class RunControl implements Controlled {
  private readonly input: unknown;
  private readonly executionId = workflowInfo().workflowId;
  private resume: RunResume | null;
  private status: RunStatus = 'starting';
  private reason: string | null = null;
  private level: ControlLevel;
  private requests: ApprovalRequest[] = [];
  private openWave: RunProgress['open_wave'] = null;
  private wavePaused = false;
  private waveStanding = false;

  constructor(input: unknown, resume: RunResume | null) {
    this.input = input;
    this.resume = resume;
    this.level = resume?.level ?? { epoch: 0, paused: false, dryRun: false, cancelled: false };
  }

  /** Registers every handler, before anything is awaited. */
  listen(): void {
    setHandler(runProgressQuery, () => this.progress(), { description: 'Where the run stands' });
    listenToPeople(this);
    setHandler(waveReportSignal, (report) => this.hear(report), { description: 'From a wave; not for people' });
  }

  async run(): Promise<RunResult> {
    const state = this.resume ?? (await this.open());
    this.resume = state;
    const { opened } = state;
    publish(opened.searchAttributes, { status: 'running', dryRun: this.isDryRun(state) });
    if (opened.waves.length === 0) {
      this.reason = 'every task asked for is done; "rerun": true runs them again';
      return this.close(state, 'nothing_to_do');
    }
    try {
      for (; state.next < opened.waves.length; state.next++) {
        const ended = (await this.rest(state)) ?? (await this.runWave(state));
        if (ended) return await this.close(state, ended);
        if (workflowInfo().continueAsNewSuggested) {
          await condition(allHandlersFinished);
          const resume = { ...state, next: state.next + 1, level: this.level };
          await continueAsNew<typeof multiWaveRun>(this.input, resume);
        }
      }
      return await this.close(state, (await this.rest(state)) ?? 'completed');
    } catch (error) {
      if (!(error instanceof ChildWorkflowFailure) && !(error instanceof ActivityFailure)) throw error;
      // A live run's lease stays open: the next run of the dataset takes over what was done and not committed.
      if (state.opened.epoch === null) await this.closeFiles(state, 'failed');
      throw rootFailure(error);
    }
  }

  private async open(): Promise<RunResume> {
    const startedAt = Date.now();
    try {
      const opened = await orchestrator.openRun({ execution_id: this.executionId, input: this.input, at: startedAt });
      return { opened, next: 0, carry: opened.carry, finished: [], level: this.level, startedAt };
    } catch (error) {
      throw rootFailure(error);
    }
  }

  /** Stands still while the run is paused. Answers how the run ends, if it was cancelled meanwhile. */
  private async rest(state: RunResume): Promise<RunStatus | null> {
    if (this.level.paused && !this.level.cancelled) {
      this.show('paused', state);
      await condition(() => !this.level.paused || this.level.cancelled);
      this.reason = null;
    }
    return this.level.cancelled ? 'cancelled' : null;
  }

  /** Runs the wave at `state.next`. Answers how the run ends, if it ends here. */
  private async runWave(state: RunResume): Promise<RunStatus | null> {
    const number = state.opened.waves[state.next] ?? 0;
    const wasDryRun = this.isDryRun(state);
    const outcome = await this.startWave(state, number, wasDryRun, `${this.executionId}/wave-${number}`);
    if (outcome.ended === 'cancelled') return 'cancelled';
    if (outcome.ended === 'dry_run') {
      await this.startWave(state, number, true, `${this.executionId}/wave-${number}-dry-run`);
      return this.level.cancelled ? 'cancelled' : null;
    }
    if (outcome.gate?.action === 'abort') {
      this.reason = outcome.gate.reason;
      return 'aborted';
    }
    if (outcome.gate?.action === 'pause' || outcome.gate?.action === 'ask') {
      this.reason = outcome.gate.reason;
      this.setLevel({ paused: true });
    }
    return null;
  }

  private async startWave(state: RunResume, number: number, dryRun: boolean, workflowId: string): Promise<WaveOutcome> {
    const { opened } = state;
    const { config } = opened;
    const ref = { execution_id: this.executionId, dataset: config.dataset, wave: number, dry_run: dryRun };
    this.openWave = { wave: number, workflow_id: workflowId };
    this.show('running', state);
    try {
      const level = { ...this.level, dryRun: false };
      const child = await startChild(wave, {
        workflowId,
        staticSummary: `wave ${number}${dryRun ? ' (dry run)' : ''} of ${config.dataset}`,
        args: [
          {
            ref,
            config,
            waves: opened.waves.slice(0, state.next + 1),
            carry: state.carry,
            epoch: opened.epoch,
            level,
            searchAttributes: opened.searchAttributes,
            timeouts: opened.timeouts,
            resume: null,
          },
        ],
      });
      // What people asked while the wave was being started could not reach it.
      if (this.level.epoch !== level.epoch) this.relayLevel(workflowId);
      const outcome = await child.result();
      state.carry = outcome.carry;
      if (outcome.result) state.finished.push(outcome.result);
      return outcome;
    } finally {
      this.openWave = null;
      this.wavePaused = false;
      this.waveStanding = false;
      this.requests = [];
      this.show('running', state);
    }
  }

  private isDryRun(state: RunResume): boolean {
    return state.opened.config.dryRun || this.level.dryRun;
  }

  setLevel(change: LevelChange): void {
    this.level = changedLevel(this.level, change);
    if (this.resume) this.show(this.status, this.resume);
    if (this.openWave) this.relayLevel(this.openWave.workflow_id);
  }

  private relayLevel(workflowId: string): void {
    tell(workflowId, levelSignal, this.level);
  }

  /** A wave reports its open requests, and what people asked of it directly. */
  private hear(report: WaveReport): void {
    if (!Array.isArray(report?.requests) || report.wave !== this.openWave?.wave) return;
    this.requests = report.requests;
    this.wavePaused = report.paused;
    this.waveStanding = report.standing;
    if (report.dryRun && !this.level.dryRun) this.level = { ...this.level, epoch: this.level.epoch + 1, dryRun: true };
    if (this.resume) this.show(this.status, this.resume);
  }

  openRequests(): ApprovalRequest[] {
    return this.requests;
  }

  /** Passes a checked answer on to the open wave. */
  async answer(verdict: Verdict, answer: ApprovalAnswer): Promise<string> {
    if (!this.openWave) throw refusal('no wave is open');
    const wave = getExternalWorkflowHandle(this.openWave.workflow_id);
    await CancellationScope.nonCancellable(() => wave.signal(answerSignal, { verdict, answer }));
    return `${verdict} ${answer.request}, passed on to wave ${this.openWave.wave}`;
  }

  private async close(state: RunResume, status: RunStatus): Promise<RunResult> {
    await this.closeFiles(state, status);
    this.show(status, state);
    publish(state.opened.searchAttributes, { status });
    await condition(allHandlersFinished);
    // Temporal calls a run cancelled only when the run itself, not just its wave, was asked to end.
    if (this.level.cancelled) throw new CancelledFailure('The run was cancelled; what was done is committed');
    const { execution_id, dataset, dry_run, reason, finished } = this.progress();
    return { execution_id, dataset, dry_run, status, reason, waves: finished };
  }

  private async closeFiles(state: RunResume, status: string): Promise<void> {
    const { opened, finished, startedAt } = state;
    await orchestrator.closeRun({
      execution_id: this.executionId,
      dataset: opened.config.dataset,
      dry_run: opened.config.dryRun,
      epoch: opened.epoch,
      status,
      started_at: startedAt,
      at: Date.now(),
      reason: this.reason,
      waves: finished,
      tasks: opened.tasks,
    });
  }

  private show(status: RunStatus, state: RunResume): void {
    this.status = status;
    setCurrentDetails(runBoard(this.progress(), state.opened));
  }

  private progress(): RunProgress {
    const { resume } = this;
    return {
      execution_id: this.executionId,
      dataset: resume?.opened.config.dataset ?? '',
      status: this.shownStatus(),
      dry_run: resume ? this.isDryRun(resume) : true,
      reason: this.reason,
      waves: resume?.opened.waves ?? [],
      open_wave: this.openWave,
      finished: resume?.finished ?? [],
      requests: this.requests,
    };
  }

  private shownStatus(): RunStatus {
    if (this.status !== 'running') return this.status;
    if (this.level.cancelled) return 'cancelling';
    if (this.level.paused || this.wavePaused) return this.waveStanding ? 'paused' : 'pausing';
    return this.requests.length > 0 ? 'waiting for approval' : 'running';
  }
}

/** The failure that people should read: the cause, not the wrapping. Everything else goes on as it is. */
function rootFailure(error: unknown): unknown {
  let cause: unknown = error;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause)
    cause = cause.cause;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.create({ message: cause.message, type: cause.type ?? 'Failed', nonRetryable: true });
}
