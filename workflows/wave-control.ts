/** What people asked of a wave, what it answers them, and what it tells its run. */
import { CancellationScope, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { shownPayload, withNote, type Note } from '../domain/control/notes.ts';
import { isTooMany, joinAsks, retryAnswer, TOO_MANY, type RetryAsk } from '../domain/control/retry-ask.ts';
import { changeLevel, mergeLevels, readLevel, sameLevel } from '../domain/control/shared-level.ts';
import type { LevelChange, SharedLevel } from '../domain/control/shared-level.ts';
import { checkSpending, type Spending } from '../domain/control/spending.ts';
import { rangeOf, standingOf, type ControlLevel, type FinishReason } from '../domain/dispatch/state.ts';
import { heardAnswer, usedNonces, withAnswer, type HeardAnswer } from '../domain/gate/heard-answer.ts';
import type { AnswerVerdict } from '../domain/gate/signed-answer.ts';
import { judgeAnswer } from '../domain/gate/judge-answer.ts';
import { answerText } from '../domain/gate/requests.ts';
import { validateAnswer } from '../domain/gate/validate-answer.ts';
import type { ApprovalAnswer, ApprovalRequest, Explanation, WavePhase, WaveProgress } from '../domain/model/run.ts';
import { explainAgent, explainWave } from '../domain/wave/explain-wave.ts';
import { inFlight, waveProgress } from '../domain/wave/wave-progress.ts';
import { waveBoard } from './board.ts';
import { listenToPeople, refusal, tell, type Controlled } from './control.ts';
import type { DispatchRunner } from './dispatch-runner.ts';
import { answerSignal, levelSignal, retrySignal, skipSignal, waveProgressQuery } from './messages.ts';
import { FOR_ONE_WHO_WAITS, orchestrator } from './orchestrator-activities.ts';
import { Findable } from './search-attributes.ts';
import type { WaveArgs, WaveOutcome, WavePreparation } from './wave-args.ts';
import { WaveReporter } from './wave-reporter.ts';

export class WaveControl implements Controlled {
  /** Null once the dispatch decides, until it has finished. */
  stage: Exclude<WavePhase, 'running'> | null = 'preparing';
  prepared: WavePreparation | null = null;
  runner: DispatchRunner | null = null;
  /** Set once the wave was measured and committed. */
  concluded: { status: string; health: number | null } | null = null;
  heard: HeardAnswer[];
  skipped: boolean;
  stopAt: Spending['stopAt'];
  /** Why the wave paused by itself. */
  reason: string | null;
  notes: Note[];
  /** Failed tasks that the wave was asked to have run again. */
  retryAsked: RetryAsk | null;
  /** What people or phases gave and the wave does not use, and why, in sentences. */
  ignored: string[];
  private readonly args: WaveArgs;
  private level: SharedLevel;
  /** As the dispatch was last told. */
  private told: ControlLevel;
  private readonly found = new Findable();
  readonly reporter: WaveReporter;

  constructor(args: WaveArgs) {
    const { level, resume } = args;
    this.args = args;
    this.level = level;
    this.heard = resume?.heard ?? [];
    this.skipped = resume?.skipped ?? false;
    this.stopAt = resume?.stopAt ?? args.spending.stopAt;
    this.reason = resume?.reason ?? null;
    this.notes = resume?.notes ?? [];
    this.retryAsked = resume?.retryAsked ?? null;
    this.ignored = resume?.ignored ?? [];
    this.reporter = new WaveReporter(resume?.reports ?? 0, resume ? null : level);
    this.told = resume?.dispatch.level ?? { epoch: 0, ...this.asked() };
  }

  /** Registers every handler, before anything is awaited. */
  listen(): void {
    setHandler(waveProgressQuery, () => this.progress(), { description: 'Where the wave stands' });
    listenToPeople(this);
    const description = 'From the run; not for people';
    setHandler(levelSignal, (level) => this.hearLevel(level), { description });
    setHandler(answerSignal, (relayed) => this.hearAnswer(relayed), { description });
    setHandler(skipSignal, () => this.hearSkip(), { description });
  }

  /** The level that the dispatch starts from. */
  get dispatchLevel(): ControlLevel {
    return this.told;
  }

  /** To be handed to the next execution of this wave. */
  get sharedLevel(): SharedLevel {
    return this.level;
  }

  /** What the run must know in the end, whatever became of what it was told. */
  outcome(): Pick<WaveOutcome, 'stopAt' | 'level' | 'retryAsked' | 'ignored'> {
    const { stopAt, retryAsked, ignored } = this;
    return { stopAt, retryAsked, ignored, level: this.levelForRun() };
  }

  /** Only the run itself is cancelled for good. */
  private levelForRun(): SharedLevel {
    return { ...this.level, cancelled: false };
  }

  /** How the wave ends, given how its dispatch did. */
  endedAs(finished: FinishReason): WaveOutcome['ended'] {
    return finished === 'cancelled' && this.skipped && !this.level.cancelled ? 'skipped' : finished;
  }

  mustKnow(): WavePreparation {
    if (!this.prepared) throw refusal('the wave is not prepared yet');
    return this.prepared;
  }

  say(change: LevelChange): void {
    this.take(changeLevel(this.level, change));
  }

  private hearLevel(message: unknown): void {
    const level = readLevel(message, this.level);
    if (level === null) return this.note(`setLevel ignored: it is for the run to send; got ${shownPayload(message)}`);
    this.take(mergeLevels(this.level, level));
  }

  private take(level: SharedLevel): void {
    if (this.level.paused && !level.paused) this.reason = null;
    this.level = level;
    this.tellDispatch();
    this.show();
  }

  /** Nothing is told of a dry run: its whole wave is one activity. */
  tellDispatch(): void {
    const asked = this.asked();
    if (this.runner === null || this.args.ref.dry_run) return;
    if (sameLevel({ word: 0, ...asked }, { word: 0, ...this.told })) return;
    this.told = { epoch: this.told.epoch + 1, ...asked };
    this.runner.send({ type: 'level', level: this.told });
  }

  private asked(): Omit<ControlLevel, 'epoch'> {
    const { paused, dryRun, cancelled } = this.level;
    return { paused, dryRun, cancelled: cancelled || this.skipped };
  }

  note(text: string): void {
    this.notes = withNote(this.notes, { at: Date.now(), text });
    this.show();
  }

  openRequests(): ApprovalRequest[] {
    return this.runner?.requests ?? [];
  }

  answer(verdict: AnswerVerdict, answer: ApprovalAnswer): string {
    const at = Date.now();
    const open = this.openRequests();
    const judged = judgeAnswer(verdict, answer, {
      execution_id: this.args.ref.execution_id,
      open,
      approvers: this.args.config.gate.approvers,
      usedNonces: usedNonces(this.heard),
      at,
    });
    const { runner } = this;
    const request = open.find((one) => one.request === answer.request);
    if (!judged.ok || !runner || !request) {
      const refused = judged.ok ? `${answer.request} is not open any more` : judged.message;
      this.refuse(verdict, answer, refused);
      throw refusal(refused);
    }
    const { verified } = judged;
    const { approver, reason = null, override = false } = answer;
    this.heard = withAnswer(this.heard, heardAnswer(verdict, answer, { at, verified, refused: null }));
    runner.answers.push({
      request: request.request,
      risk_level: request.risk_level,
      answer: { verdict, approver, reason, override, verified },
    });
    runner.send({ type: 'answered', request: request.request });
    return answerText(verdict, request, override);
  }

  /** Keeps an answer that releases nothing. */
  private refuse(verdict: AnswerVerdict, answer: ApprovalAnswer, refused: string): void {
    this.heard = withAnswer(this.heard, heardAnswer(verdict, answer, { at: Date.now(), verified: false, refused }));
    this.note(`${verdict} by ${shownPayload(answer.approver)} refused: ${refused}`);
  }

  /** An answer that the run passed on is judged like any other; one that does not count is kept as such. */
  private hearAnswer(relayed: unknown): void {
    const { verdict, answer, refused } = (relayed ?? {}) as { verdict?: unknown; answer?: unknown; refused?: unknown };
    const checked = validateAnswer(answer);
    if (!checked.ok || (verdict !== 'approved' && verdict !== 'rejected')) {
      return this.note(`relayAnswer ignored: it is for the run to send; use approve or reject`);
    }
    // Whoever was told that it does not count must be right.
    if (typeof refused === 'string') return this.refuse(verdict, checked.answer, refused);
    try {
      this.answer(verdict, checked.answer);
    } catch {
      // Said on the board, and kept.
    }
  }

  private hearSkip(): void {
    const fault = this.skipFault(null);
    if (fault === null) this.skipWave(null);
    else if (!this.skipped) this.note(`skipWave ignored: ${fault}`);
  }

  skipFault(wave: number | null): string | null {
    const { ref } = this.args;
    if (wave !== null && wave !== ref.wave) return `this is wave ${ref.wave}; ask the run to skip wave ${wave}`;
    if (ref.dry_run) return 'a dry run is forecast at once: there is nothing to skip';
    if (this.stage === 'measuring' || this.stage === 'finished')
      return `wave ${ref.wave} has ended; it is being committed`;
    return this.skipped ? `wave ${ref.wave} is being skipped already` : null;
  }

  skipWave(wave: number | null): string {
    const fault = this.skipFault(wave);
    if (fault !== null) throw refusal(fault);
    this.skipped = true;
    this.note('skipWave: nothing more starts; what was done is committed, the rest returns in the next run');
    this.tellDispatch();
    const flying = this.runner ? inFlight(this.runner.state) : 0;
    return `wave ${this.args.ref.wave} ends; ${flying} task(s) in flight are let finish`;
  }

  retryFault(ask: RetryAsk): string | null {
    if (isTooMany(joinAsks(this.retryAsked, ask))) return TOO_MANY;
    if (this.args.ref.dry_run) return 'a dry run has no failed tasks to run again';
    return workflowInfo().parent ? null : 'this wave has no run';
  }

  /** Failed tasks run again in the run's next wave. */
  retry(ask: RetryAsk): string {
    const { parent } = workflowInfo();
    this.retryAsked = joinAsks(this.retryAsked, ask);
    if (parent) tell(parent.workflowId, retrySignal, { ask });
    return retryAnswer(ask, 'when this one has ended');
  }

  explain(about: string | null): Explanation {
    const state = this.runner?.state ?? null;
    if (about === null) return { about: `wave ${this.args.ref.wave}`, says: explainWave(this.progress(), state) };
    const says = state && explainAgent(state, about);
    return { about, says: says ?? 'Not an agent of this wave. Of a task, the Update "explain" tells.' };
  }

  async lookUp(about: string | null): Promise<Explanation> {
    const { runner } = this;
    const { ref } = this.args;
    const state = runner?.state;
    if (about === null || state?.agents.some(({ agentId }) => agentId === about)) return this.explain(about);
    if (!runner || !state || state.planVersion === 0 || ref.dry_run) {
      return { about, says: ref.dry_run ? 'A dry run forecasts every task at once.' : 'The wave has no plan yet.' };
    }
    const explainer = orchestrator(`explain ${about}`, FOR_ONE_WHO_WAITS);
    const says = await CancellationScope.nonCancellable(() =>
      explainer.explainTask({
        ref,
        taskId: about,
        version: state.planVersion,
        accepted: runner.accepted(),
        open: state.open.map(rangeOf),
        answers: [...runner.answers],
        lanes: state.lanes.map(({ agentId, cursor }) => ({ agentId, cursor })),
        agents: state.agents.map((agent) => ({ agentId: agent.agentId, standing: standingOf(agent) })),
      }),
    );
    return { about, says };
  }

  progress(): WaveProgress {
    const { ref } = this.args;
    const { stage, reason, notes } = this;
    const { strategy = null, tasks = 0 } = this.prepared ?? {};
    const dry_run = ref.dry_run || this.level.dryRun;
    const facts = { wave: ref.wave, dry_run, strategy, tasks, reason, notes, stage, requests: this.openRequests() };
    return waveProgress(facts, this.runner?.state ?? null, Date.now());
  }

  /** To be called whenever something changed: shows the board, and tells the run what people should know there. */
  show(): void {
    this.watchSpending();
    const progress = this.progress();
    setCurrentDetails(waveBoard(progress, this.args.ref, this.prepared, this.args.config.gate));
    const { wave, strategy, phase, dry_run: dryRun } = progress;
    const { status = phase, health = null } = this.concluded ?? {};
    if (this.prepared) this.found.publish(this.args.searchAttributes, { wave, strategy, status, health, dryRun });
    this.reporter.report({ ...progress, requests: this.openRequests() }, this.levelForRun());
  }

  /** Pauses at a limit of the run. */
  private watchSpending(): void {
    const { runner, args } = this;
    if (!runner || args.ref.dry_run) return;
    const { dead, costMicros } = runner.state.counts;
    const { failures, cost } = args.spending;
    const spent = { failures: failures + dead, cost: cost + costMicros / 1e6, stopAt: this.stopAt };
    const { reached, spending } = checkSpending(spent, args.config.limits);
    if (reached === null) return;
    this.stopAt = spending.stopAt;
    this.reason = reached;
    this.say({ paused: true });
  }
}
