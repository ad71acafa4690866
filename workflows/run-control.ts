/** What people asked of a run, what it answers them, and what it passes on to its open wave. */
import {
  CancellationScope,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { shownPayload, withNote, type Note } from '../domain/control/notes.ts';
import {
  isTooMany,
  joinAsks,
  retryAnswer,
  readRetryAsk,
  TOO_MANY,
  type RetryAsk,
} from '../domain/control/retry-ask.ts';
import { changeLevel, mergeLevels, NOTHING_ASKED, sameLevel } from '../domain/control/shared-level.ts';
import type { LevelChange, SharedLevel } from '../domain/control/shared-level.ts';
import { readWaveReport } from '../domain/control/wave-report.ts';
import { judgeAnswer } from '../domain/gate/judge-answer.ts';
import type { AnswerVerdict } from '../domain/gate/signed-answer.ts';
import type { ApprovalAnswer, ApprovalRequest, Explanation, RunProgress, RunStatus } from '../domain/model/run.ts';
import { runBoard } from './board.ts';
import { listenToPeople, refusal, tell, type Controlled } from './control.ts';
import { answerSignal, levelSignal, retrySignal, runProgressQuery, skipSignal, waveReportSignal } from './messages.ts';
import type { RunResume, RunState } from './run-args.ts';
import { Findable } from './search-attributes.ts';

export class RunControl implements Controlled {
  readonly executionId = workflowInfo().workflowId;
  /** Null until the run was opened. */
  state: RunState | null;
  status: RunStatus = 'starting';
  level: SharedLevel;
  /** Why the run stands still, or ended as it did. */
  reason: string | null;
  notes: Note[];
  /** As the input says, while nobody has checked it. */
  private readonly asked: { dataset: string; dryRun: boolean };
  private readonly found = new Findable();
  private openWave: RunProgress['open_wave'] = null;
  /** It runs no more waves. */
  closing = false;
  private openIsDryRun = false;
  private requests: ApprovalRequest[] = [];
  private waveStanding = false;
  /** The open wave is to be skipped. */
  private skipAsked = false;
  /** Number of the open wave's latest report. */
  private reportsHeard = 0;
  private draining: number | null = null;

  constructor(input: unknown, resume: RunResume | null) {
    const { dataset, dryRun } = (input ?? {}) as { dataset?: unknown; dryRun?: unknown };
    this.asked = { dataset: typeof dataset === 'string' ? dataset : 'demo', dryRun: dryRun !== false };
    this.state = resume?.state ?? null;
    this.level = resume?.level ?? NOTHING_ASKED;
    this.reason = resume?.reason ?? null;
    this.notes = resume?.notes ?? [];
  }

  /** Registers every handler, before anything is awaited. */
  listen(): void {
    setHandler(runProgressQuery, () => this.progress(), { description: 'Where the run stands' });
    listenToPeople(this);
    const description = 'From a wave; not for people';
    setHandler(waveReportSignal, (report) => this.hear(report), { description });
    setHandler(retrySignal, (relayed) => this.hearRetry(relayed), { description });
  }

  get isDryRun(): boolean {
    return (this.state?.opened.config ?? this.asked).dryRun || this.level.dryRun;
  }

  say(change: LevelChange): void {
    if (change.paused === false) this.reason = null;
    this.level = changeLevel(this.level, change);
    this.relayLevel();
    this.show();
  }

  /** Pauses for a reason of the run's own. */
  standStill(reason: string): void {
    this.reason = reason;
    this.level = changeLevel(this.level, { paused: true });
    this.show();
  }

  private relayLevel(): void {
    if (this.openWave) tell(this.openWave.workflow_id, levelSignal, this.level);
  }

  /** `level` is what the wave was started with: what people asked meanwhile may not have reached it. */
  waveStarted(level: SharedLevel): void {
    if (this.level !== level) this.relayLevel();
    if (this.skipAsked && this.openWave) tell(this.openWave.workflow_id, skipSignal);
  }

  waveOpens(wave: number, workflowId: string, dryRun: boolean): void {
    this.openWave = { wave, workflow_id: workflowId };
    this.openIsDryRun = dryRun;
    this.reportsHeard = 0;
    this.skipAsked = false;
    this.show('running');
  }

  waveEnded(): void {
    this.openWave = null;
    this.waveStanding = false;
    this.draining = null;
    this.requests = [];
    this.show('running');
  }

  note(text: string): void {
    this.notes = withNote(this.notes, { at: Date.now(), text });
    this.show();
  }

  /** The run ends as failed: its board and its lists say so. */
  fails(): void {
    this.show('failed');
  }

  /** A wave reports its open requests, and what people asked of it directly. */
  private hear(message: unknown): void {
    const report = readWaveReport(message, this.level);
    if (report === null) {
      return this.note(`waveReport ignored: it is for a wave to send; got ${shownPayload(message)}`);
    }
    const changed = this.merge(report.level);
    // A word to the wave before, said as it ended, reaches the one that is open now.
    if (changed && report.wave !== this.openWave?.wave) this.relayLevel();
    if (report.wave === this.openWave?.wave && report.number > this.reportsHeard) {
      this.reportsHeard = report.number;
      this.requests = report.requests;
      this.waveStanding = report.standing;
      this.draining = report.draining;
      if (report.reason !== null && this.level.paused) this.reason = report.reason;
    }
    this.show();
  }

  /** Takes in what was asked of a wave; true: it changed something. */
  merge(level: SharedLevel): boolean {
    const before = this.level;
    this.level = mergeLevels(before, level);
    if (before.paused && !this.level.paused) this.reason = null;
    return !sameLevel(before, this.level);
  }

  /** Judges what can be judged here, and passes the answer on to the open wave, which judges and keeps it. */
  async answer(verdict: AnswerVerdict, answer: ApprovalAnswer): Promise<string> {
    const judged = judgeAnswer(verdict, answer, {
      execution_id: this.executionId,
      open: this.requests,
      approvers: this.state?.opened.config.gate.approvers ?? [],
      usedNonces: [],
      at: Date.now(),
    });
    const { openWave } = this;
    const refused = judged.ok ? null : judged.message;
    if (openWave) {
      const wave = getExternalWorkflowHandle(openWave.workflow_id);
      const passOn = () => wave.signal(answerSignal, { verdict, answer, refused });
      await CancellationScope.nonCancellable(passOn).catch(() => {
        throw refusal(`wave ${openWave.wave} has ended`);
      });
    }
    if (judged.ok && openWave) return `${verdict} ${answer.request}, passed on to wave ${openWave.wave}`;
    const why = refused ?? 'no wave is open';
    this.note(`${verdict} by ${shownPayload(answer.approver)} refused: ${why}`);
    throw refusal(why);
  }

  skipFault(asked: number | null): string | null {
    const { state, openWave } = this;
    if (state === null) return 'the run has not been opened yet';
    if (this.closing) return 'the run is ending';
    const wave = asked ?? openWave?.wave;
    if (wave === undefined) return 'no wave is open; name the one to leave out, such as {"wave": 2}';
    const { waves } = state.opened;
    if (!waves.includes(wave)) return `wave ${wave} is not of this run; its waves: ${waves.slice(-50).join(', ')}`;
    if (wave === openWave?.wave)
      return this.openIsDryRun ? 'a dry run is forecast at once: there is nothing to skip' : null;
    if (waves.indexOf(wave) < state.next) return `wave ${wave} is over`;
    return state.skipped.includes(wave) ? `wave ${wave} is skipped already` : null;
  }

  skipWave(asked: number | null): string {
    const fault = this.skipFault(asked);
    const { state, openWave } = this;
    const wave = asked ?? openWave?.wave;
    if (fault !== null || !state || !wave) throw refusal(fault ?? 'no wave is open');
    if (wave === openWave?.wave) {
      this.skipAsked = true;
      tell(openWave.workflow_id, skipSignal);
      return `wave ${wave} ends; its tasks in flight are let finish`;
    }
    state.skipped.push(wave);
    this.show();
    return `wave ${wave} will be skipped; its tasks return in the next run`;
  }

  retryFault(ask: RetryAsk): string | null {
    const { state } = this;
    if (state === null) return 'the run has not been opened yet';
    if (this.closing || this.level.cancelled) return 'the run is ending; failed tasks return in the next run';
    if (isTooMany(joinAsks(state.retry, ask))) return TOO_MANY;
    if (this.isDryRun) return 'a dry run has no failed tasks to run again';
    return this.openWave || this.failedSoFar() > 0 ? null : 'no task has failed for good in this run';
  }

  retry(ask: RetryAsk): string {
    const fault = this.retryFault(ask);
    if (fault !== null || !this.state) throw refusal(fault ?? 'the run has not been opened yet');
    this.state.retry = joinAsks(this.state.retry, ask);
    this.show();
    const when = this.openWave ? 'when this wave has ended' : this.level.paused ? 'after resume' : 'now';
    return retryAnswer(ask, when);
  }

  private hearRetry(relayed: unknown): void {
    const { ask } = (relayed ?? {}) as { ask?: unknown };
    const checked = readRetryAsk(ask === 'all' ? null : { tasks: ask });
    const fault = checked.ok ? this.retryFault(checked.ask) : checked.message;
    if (fault === null && checked.ok) this.retry(checked.ask);
    else this.note(`retryFailed ignored: ${fault}`);
  }

  /** Tasks that failed for good and were not run again. */
  failedSoFar(): number {
    const live = (this.state?.finished ?? []).filter((wave) => !wave.dry_run);
    return live.reduce((sum, { failed, retried }) => sum + failed - retried, 0);
  }

  explain(about: string | null): Explanation {
    const { wave, workflow_id } = this.openWave ?? { wave: null, workflow_id: '' };
    const status = this.shownStatus();
    if (about !== null) {
      const says =
        wave === null ? `No wave is open; the run is ${status}.` : `Ask wave ${wave}: workflow ${workflow_id}.`;
      return { about, says };
    }
    const why = this.reason ? `: ${this.reason}` : '';
    const people = this.requests.map(({ request, tasks }) => `${request} (${tasks} task(s))`).join(', ');
    const waits = people ? ` Waiting for a person: ${people}.` : '';
    const open = wave === null ? '' : ` Wave ${wave} is open: workflow ${workflow_id} tells of its agents and tasks.`;
    return { about: `run ${this.executionId}`, says: `${status}${why}.${waits}${open}` };
  }

  async lookUp(about: string | null): Promise<Explanation> {
    return this.explain(about);
  }

  show(status: RunStatus = this.status): void {
    this.status = status;
    if (!this.state) return;
    const progress = this.progress();
    setCurrentDetails(runBoard(progress, this.state.opened));
    this.found.publish(this.state.opened.searchAttributes, { status: progress.status, dryRun: progress.dry_run });
  }

  progress(): RunProgress {
    const { state, executionId, reason, openWave, requests, notes, draining } = this;
    return {
      execution_id: executionId,
      dataset: (state?.opened.config ?? this.asked).dataset,
      status: this.shownStatus(),
      dry_run: this.isDryRun,
      reason,
      waves: state?.opened.waves ?? [],
      open_wave: openWave,
      draining,
      finished: state?.finished ?? [],
      skipped: state?.skipped.filter((wave) => !state.finished.some((done) => done.wave === wave)) ?? [],
      retry: state?.retry ?? null,
      requests,
      signed_answers: (state?.opened.config.gate.approvers ?? []).length > 0,
      notes,
    };
  }

  private shownStatus(): RunStatus {
    if (this.status !== 'running') return this.status;
    if (this.level.cancelled) return 'cancelling';
    if (this.level.paused) return this.waveStanding ? 'paused' : 'pausing';
    return this.requests.length > 0 ? 'waiting for approval' : 'running';
  }
}
