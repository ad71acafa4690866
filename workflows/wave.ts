/** One wave: inputs, strategy, tuning, plan, gate, execution, measuring, feedback, commit. */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MonitorWaveArgs } from '../activities/interface.ts';
import { newDispatch, phaseOf, standingOf } from '../domain/dispatch/state.ts';
import type { ControlLevel, FinishReason } from '../domain/dispatch/state.ts';
import { validateAnswer } from '../domain/gate/validate-answer.ts';
import type { ApprovalAnswer, ApprovalRequest, WavePhase, WaveProgress } from '../domain/model/run.ts';
import { dispatchFacts } from '../domain/wave/dispatch-facts.ts';
import { dispatchSettings } from '../domain/wave/dispatch-settings.ts';
import { waveBoard } from './board.ts';
import type { Controlled, LevelChange, Verdict } from './control.ts';
import { changedLevel, listenToPeople, refusal, tell } from './control.ts';
import { DispatchRunner } from './dispatch-runner.ts';
import { answerSignal, levelSignal, waveProgressQuery, waveReportSignal } from './messages.ts';
import { orchestrator } from './orchestrator-activities.ts';
import { publish } from './search-attributes.ts';
import type { WaveArgs, WaveOutcome, WaveResume } from './wave-args.ts';

interface Executed {
  measured: Pick<MonitorWaveArgs, 'planVersion' | 'accepted' | 'facts'>;
  ended: FinishReason;
}

export async function wave(args: WaveArgs): Promise<WaveOutcome> {
  const control = new WaveControl(args);
  control.listen();
  return CancellationScope.nonCancellable(() => control.run());
}

const NO_COUNTS = { released: 0, completed: 0, dead: 0, deferred: 0, rejected: 0, moves: 0, copies: 0 };

class WaveControl implements Controlled {
  private readonly args: WaveArgs;
  private level: ControlLevel;
  private runner: DispatchRunner | null = null;
  private stage: WavePhase = 'preparing';
  private facts: Pick<WaveResume, 'strategy' | 'rationale' | 'tasks' | 'agents'> | null = null;
  private reported = '';
  /** Of the latest level that the run sent. */
  private runEpoch: number;

  constructor(args: WaveArgs) {
    this.args = args;
    this.level = args.level;
    this.runEpoch = args.resume?.runEpoch ?? args.level.epoch;
  }

  /** Registers every handler, before anything is awaited. */
  listen(): void {
    setHandler(waveProgressQuery, () => this.progress(), { description: 'Where the wave stands' });
    listenToPeople(this);
    setHandler(levelSignal, (level) => this.hear(level), { description: 'From the run; not for people' });
    setHandler(answerSignal, (relayed) => this.hearAnswer(relayed), {
      description: 'From the run; not for people',
    });
  }

  async run(): Promise<WaveOutcome> {
    const { ref, config, waves, carry, resume } = this.args;
    if (!resume) {
      const loaded = await orchestrator.loadInputs({ ref, config, waves, carry, at: Date.now() });
      const chosen = await orchestrator.selectStrategy({ ref, at: Date.now() });
      const tuned = await orchestrator.tuneAgents({ ref });
      const { strategy, rationale } = chosen;
      this.facts = { strategy, rationale, tasks: loaded.tasks, agents: tuned.agents };
      this.startRunner(tuned.rebalanceThreshold);
    } else {
      const { strategy, rationale, tasks, agents } = resume;
      this.facts = { strategy, rationale, tasks, agents };
      this.startRunner(0);
    }
    const { searchAttributes } = this.args;
    publish(searchAttributes, {
      wave: ref.wave,
      strategy: this.facts.strategy,
      status: 'running',
      dryRun: ref.dry_run,
    });
    const executed = ref.dry_run ? await this.forecast() : await this.execute();
    if (executed.measured.planVersion === 0) return this.leave(executed.ended);
    this.stage = 'measuring';
    this.show();
    const { result, gate } = await orchestrator.monitorWave({
      ref,
      ...executed.measured,
      waveGate: config.waveGate,
      at: Date.now(),
    });
    const { signals } = await orchestrator.emitFeedback({ ref, at: Date.now() });
    const { planVersion, accepted } = executed.measured;
    const committed = await orchestrator.commitWave({
      ref,
      epoch: this.args.epoch,
      planVersion,
      accepted,
      at: Date.now(),
    });
    this.stage = 'finished';
    this.show();
    publish(searchAttributes, {
      status: executed.ended === 'cancelled' ? 'cancelled' : 'completed',
      ...(result.health === null ? {} : { health: result.health }),
    });
    await condition(allHandlersFinished);
    return {
      result: { ...result, gate, signals, ledger_head: committed.ledger_head },
      carry: committed.carry,
      gate,
      ended: executed.ended,
    };
  }

  /** Stopped before its first plan: nothing was done, so nothing is measured or committed. */
  private async leave(ended: FinishReason): Promise<WaveOutcome> {
    await condition(allHandlersFinished);
    return { result: null, carry: this.args.carry, gate: null, ended };
  }

  private startRunner(rebalanceThreshold: number): void {
    const { ref, config, resume } = this.args;
    const settings = dispatchSettings(rebalanceThreshold, config.limits.taskTimeoutMs);
    this.runner = new DispatchRunner({
      ref,
      state: resume?.dispatch ?? newDispatch(settings, this.level),
      fleet: this.facts?.agents ?? [],
      asked: resume?.asked ?? [],
      answers: resume?.answers ?? [],
      approvalTimeoutMs: config.gate.approvalTimeoutMs,
      taskTimeoutMs: config.limits.taskTimeoutMs,
      timeouts: this.args.timeouts,
      changed: () => this.show(),
    });
  }

  /** A dry run: the whole wave on the virtual clock, in one activity. */
  private async forecast(): Promise<Executed> {
    this.stage = 'running';
    const { ref, config } = this.args;
    const { approvalTimeoutMs } = config.gate;
    const { planVersion, accepted, facts } = await orchestrator.executeChunk({
      ref,
      approvalTimeoutMs,
      at: Date.now(),
    });
    return { measured: { planVersion, accepted, facts }, ended: 'complete' };
  }

  private async execute(): Promise<Executed> {
    const runner = this.mustRun();
    this.stage = 'running';
    if (this.level.epoch > runner.state.level.epoch) runner.send({ type: 'level', level: this.level });
    const how = await runner.run(() => workflowInfo().continueAsNewSuggested);
    if (how === 'resting') {
      await condition(allHandlersFinished);
      const resume: WaveResume = {
        ...this.mustKnow(),
        dispatch: runner.state,
        asked: runner.asked,
        answers: runner.answers,
        runEpoch: this.runEpoch,
      };
      await continueAsNew<typeof wave>({ ...this.args, level: this.level, resume });
    }
    const { state } = runner;
    return {
      measured: { planVersion: state.planVersion, accepted: runner.accepted(), facts: dispatchFacts(state) },
      ended: state.finished ?? 'complete',
    };
  }

  /** A level of the run; one that was overtaken by a later one, or is none at all, changes nothing. */
  private hear(level: unknown): void {
    const { epoch, paused, dryRun, cancelled } = (level ?? {}) as Partial<ControlLevel>;
    if (typeof epoch !== 'number' || epoch <= this.runEpoch) return;
    this.runEpoch = epoch;
    this.setLevel({ paused: paused === true, dryRun: dryRun === true, cancelled: cancelled === true });
  }

  setLevel(change: LevelChange): void {
    const { paused, dryRun, cancelled } = this.level;
    const next = changedLevel(this.level, change);
    if (next.paused === paused && next.dryRun === dryRun && next.cancelled === cancelled) return;
    this.level = next;
    if (!this.args.ref.dry_run) this.runner?.send({ type: 'level', level: next });
    this.show();
  }

  openRequests(): ApprovalRequest[] {
    return this.runner?.requests ?? [];
  }

  answer(verdict: Verdict, given: ApprovalAnswer): string {
    const runner = this.runner;
    const request = runner?.requests.find((open) => open.request === given.request && open.digest === given.digest);
    if (!runner || !request) return `${given.request} is not open any more`;
    const { approver, reason, override } = given;
    runner.answers.push({
      request: request.request,
      risk_level: request.risk_level,
      answer: { verdict, approver, reason: reason ?? null, override: override ?? false },
    });
    runner.send({ type: 'answered', request: request.request });
    return `${verdict} ${request.request}: ${request.tasks} task(s)`;
  }

  /** An answer that the run passed on is checked like any other; what does not pass is dropped. */
  private hearAnswer(relayed: unknown): void {
    const { verdict, answer } = (relayed ?? {}) as { verdict?: unknown; answer?: unknown };
    const checked = validateAnswer(answer, this.openRequests());
    if (checked.ok && (verdict === 'approved' || verdict === 'rejected')) this.answer(verdict, checked.answer);
  }

  private progress(): WaveProgress {
    const { ref } = this.args;
    const state = this.runner?.state;
    const counts = state?.counts ?? NO_COUNTS;
    const requests = this.openRequests();
    const inFlight = (agentId?: string) =>
      (state?.open ?? []).reduce(
        (sum, chunk) => sum + (!agentId || chunk.agentId === agentId ? chunk.to - chunk.from : 0),
        0,
      );
    return {
      wave: ref.wave,
      phase: this.phase(),
      dry_run: ref.dry_run || this.level.dryRun,
      strategy: this.facts?.strategy ?? null,
      plan_version: state?.planVersion ?? 0,
      tasks: this.facts?.tasks ?? 0,
      released: counts.released,
      completed: counts.completed,
      failed: counts.dead,
      deferred: counts.deferred,
      rejected: counts.rejected,
      waiting: requests.reduce((sum, request) => sum + request.tasks, 0),
      in_flight: inFlight(),
      moves: counts.moves,
      agents: (state?.agents ?? []).map((agent) => {
        const { agentId, completed } = agent;
        const lane = state?.lanes.find((candidate) => candidate.agentId === agentId);
        const queued = lane ? lane.size - lane.cursor : 0;
        return { agent_id: agentId, status: standingOf(agent), in_flight: inFlight(agentId), completed, queued };
      }),
      requests,
    };
  }

  private phase(): WavePhase {
    const { state } = this.runner ?? {};
    if (this.stage !== 'running' || !state) return this.stage;
    const phase = phaseOf(state);
    if (phase === 'draining') return this.level.cancelled ? 'cancelling' : 'pausing';
    if (phase === 'paused') return 'paused';
    return phase === 'waiting' ? 'waiting for approval' : 'running';
  }

  /** Shows the board, and tells the run what people should know there. */
  private show(): void {
    setCurrentDetails(waveBoard(this.progress(), this.args.ref, this.facts?.rationale ?? null));
    const { parent } = workflowInfo();
    if (!parent) return;
    const { paused, dryRun } = this.level;
    const standing = this.phase() === 'paused';
    const report = { wave: this.args.ref.wave, requests: this.openRequests(), paused, standing, dryRun };
    const text = JSON.stringify(report);
    if (text === this.reported || (this.reported === '' && report.requests.length === 0 && !paused)) return;
    this.reported = text;
    tell(parent.workflowId, waveReportSignal, report);
  }

  private mustRun(): DispatchRunner {
    if (!this.runner) throw refusal('the wave has no dispatch yet');
    return this.runner;
  }

  private mustKnow(): Pick<WaveResume, 'strategy' | 'rationale' | 'tasks' | 'agents'> {
    if (!this.facts) throw refusal('the wave has no strategy yet');
    return this.facts;
  }
}
