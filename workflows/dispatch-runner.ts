/**
 * The thin adapter between the dispatch of a wave and Temporal: commands become activities, their results become
 * events, and the next wake-up becomes a timer. It decides nothing.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  sleep,
  TemporalFailure,
} from '@temporalio/workflow';
import type { Accepted, AgentTimeouts, AnswerByRisk, WaveRef } from '../activities/interface.ts';
import { step } from '../domain/dispatch/rules-1/step.ts';
import type { ChunkReport, DispatchCommand, DispatchEvent, PlannedAgent } from '../domain/dispatch/protocol.ts';
import { type ChunkRange, type DispatchState, rangeOf } from '../domain/dispatch/state.ts';
import { askedSince } from '../domain/gate/requests.ts';
import type { ApprovalRequest } from '../domain/model/run.ts';
import { availability } from '../domain/wave/availability.ts';
import { originMs } from '../domain/dispatch/origin.ts';
import { abandonOnAgent, drainAgent, executeOnAgent } from './agent-activities.ts';
import { noticeName, notifyPeople } from './notify-people.ts';
import { orchestrator } from './orchestrator-activities.ts';

export interface DispatchRunnerInput {
  ref: WaveRef;
  state: DispatchState;
  fleet: PlannedAgent[];
  /** Every request of the wave so far, and the answers to them. */
  asked: ApprovalRequest[];
  answers: AnswerByRisk[];
  approvalTimeoutMs: number;
  /** Told of every request; null: nobody is. */
  notifyUrl: string | null;
  /** What earlier executions of the wave told of. */
  told: string[];
  taskTimeoutMs: number;
  timeouts: AgentTimeouts;
  /** Called after every event. */
  changed: () => void;
  /** Called with what people should know. */
  note: (text: string) => void;
}

interface OpenActivity {
  agentId: string;
  scope: CancellationScope;
  /** Nothing that comes of it counts any more. */
  abandoned: boolean;
}

export class DispatchRunner {
  state: DispatchState;
  asked: ApprovalRequest[];
  readonly answers: AnswerByRisk[];
  /** Names of requests that people were told of, or that were given up; one whose notification is under way is not yet here. */
  readonly told: string[];
  private readonly telling: Set<string>;
  private failure: Error | null = null;
  /** Chunks that an activity is open for. */
  private readonly chunks = new Map<number, OpenActivity>();
  private timer: { at: number; scope: CancellationScope } | null = null;
  private readonly input: DispatchRunnerInput;

  constructor(input: DispatchRunnerInput) {
    this.input = input;
    this.state = input.state;
    this.asked = input.asked;
    this.answers = input.answers;
    this.told = input.told;
    this.telling = new Set(input.told);
  }

  /**
   * Runs until the wave is finished, or until `wantsRest` and then `mayRest` say so while nothing is under way. Throws when
   * an activity failed for good.
   */
  async run(wantsRest: () => boolean, mayRest: () => boolean): Promise<'finished' | 'resting'> {
    this.send({ type: 'resumed' });
    this.tellPeople();
    for (;;) {
      await condition(() => this.failure !== null || this.state.finished !== null || wantsRest());
      if (this.failure !== null) throw this.failure;
      if (this.state.finished !== null) return this.stop('finished');
      if (!this.state.quiescing) this.send({ type: 'quiesce' });
      await condition(() => this.failure !== null || this.state.finished !== null || (this.isQuiet() && mayRest()));
      if (this.failure === null && this.state.finished === null) return this.stop('resting');
    }
  }

  /** Requests that wait for an answer. */
  get requests(): ApprovalRequest[] {
    const open = new Set(this.state.requests.map(({ request }) => request));
    return this.asked.filter(({ request }) => open.has(request));
  }

  private get named(): string {
    return `wave ${this.input.ref.wave}`;
  }

  private isQuiet(): boolean {
    const { open, planning, folding, agents } = this.state;
    return open.length === 0 && planning === null && !folding && agents.every((agent) => !agent.probing);
  }

  private stop<T>(how: T): T {
    this.timer?.scope.cancel();
    this.timer = null;
    return how;
  }

  /** Feeds an event to the dispatch and carries out what follows. Never throws: a fault of the program ends `run`. */
  send(event: EventBody): void {
    // Handlers run in the workflow's own scope, where nothing can begin any more once people have cancelled it.
    void CancellationScope.nonCancellable(() => Promise.resolve(this.take(event)));
  }

  private take(event: EventBody): void {
    if (this.state.finished !== null || this.failure !== null) return;
    try {
      const result = step(this.state, { at: Date.now(), ...event });
      this.state = result.state;
      for (const command of result.commands) this.start(command);
      this.arm(result.nextWakeAt);
      this.input.changed();
    } catch (error) {
      this.fail(error);
    }
  }

  private start(command: DispatchCommand): void {
    this.carryOut(command).catch((error: unknown) => this.fail(error));
  }

  /** Ends `run`. A fault of the program becomes a failure of the workflow: anything else would be retried for ever. */
  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.failure ??=
      error instanceof TemporalFailure
        ? error
        : ApplicationFailure.create({ message, type: 'ProgramFault', nonRetryable: true });
  }

  /** One timer at most; an earlier wake-up replaces it, a later one waits its turn. */
  private arm(wakeAt: number | null): void {
    if (wakeAt === null || (this.timer !== null && this.timer.at <= wakeAt)) return;
    this.timer?.scope.cancel();
    const scope = new CancellationScope();
    this.timer = { at: wakeAt, scope };
    scope
      .run(() => sleep(Math.max(1, wakeAt - Date.now()), { summary: `${this.named}: look again` }))
      .then(
        () => {
          this.timer = null;
          this.send({ type: 'wake' });
        },
        () => undefined,
      );
  }

  private async carryOut(command: DispatchCommand): Promise<void> {
    switch (command.type) {
      case 'dispatch':
        return this.execute(command, command.epoch);
      case 'settle':
        return this.send({
          type: 'chunkSettled',
          report: await this.settle(command),
        });
      case 'abandon':
        return this.abandon(command.seq);
      case 'plan':
        return this.plan(command);
      case 'drain':
        if (!(await drainAgent(this.input, command.agentId, command.epoch))) this.cancelChunks(command.agentId);
        return;
      case 'probe': {
        const type = (await drainAgent(this.input, command.agentId, 0)) ? 'probeAnswered' : 'probeSilent';
        return this.send({ type, agentId: command.agentId });
      }
      case 'fold': {
        const { list, previous, segments } = command;
        const folder = orchestrator(`${this.named}: fold ${segments.length} accepted segments`);
        const { sha256 } = await folder.foldAccepted({ ref: this.input.ref, list, previous, segments });
        return this.send({ type: 'folded', count: segments.length, sha256 });
      }
      case 'finish':
        return;
    }
  }

  private settle({ chunk, rivals }: Extract<DispatchCommand, { type: 'settle' }>): Promise<ChunkReport> {
    const summary = `${this.named}: what ${chunk.agentId} did of chunk ${chunk.seq}`;
    return orchestrator(summary).settleChunk({ ref: this.input.ref, chunk, rivals });
  }

  private async execute(range: ChunkRange, epoch: number): Promise<void> {
    const { seq, agentId } = range;
    const activity: OpenActivity = { agentId, scope: new CancellationScope(), abandoned: false };
    this.chunks.set(seq, activity);
    try {
      const report = await activity.scope.run(() => executeOnAgent(this.input, range, epoch));
      if (!activity.abandoned) this.send({ type: 'chunkFinished', report });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      if (!activity.abandoned) this.send({ type: 'chunkLost', seq });
    } finally {
      this.chunks.delete(seq);
    }
  }

  /** For an agent that a drain does not reach: what it has not begun ends at once, what it runs ends as for a drain. */
  private cancelChunks(agentId: string): void {
    for (const activity of this.chunks.values()) if (activity.agentId === agentId) activity.scope.cancel();
  }

  /** How its activity ends is not waited for. */
  private async abandon(seq: number): Promise<void> {
    const activity = this.chunks.get(seq);
    if (!activity) return;
    activity.abandoned = true;
    activity.scope.cancel();
    await abandonOnAgent(this.input, activity.agentId, seq);
  }

  private async plan(command: Extract<DispatchCommand, { type: 'plan' }>): Promise<void> {
    const { ref, fleet, approvalTimeoutMs } = this.input;
    const { version, reason, straggler } = command;
    this.expireAnswers();
    const at = Date.now();
    const accepted = this.accepted();
    const open = this.state.open.map(rangeOf);
    const answers = [...this.answers];
    const agents = availability(
      this.state,
      fleet.map(({ agentId }) => ({ agent_id: agentId })),
      at,
    );
    const named = `${this.named}: plan ${version} (${reason})`;
    const basis = { ref, version, accepted, open, answers, originMs: originMs(this.state, at) };
    await orchestrator(named).scheduleTasks({ ...basis, reason, straggler, agents });
    const { approvalRequests, ...report } = await orchestrator(`${named}, task gate`).safetyGate({
      ...basis,
      waiting: this.state.requests,
      approvalTimeoutMs,
      at: Date.now(),
    });
    this.asked = askedSince(this.asked, approvalRequests);
    this.send({ type: 'planned', ...report, agents: fleet });
    this.tellPeople();
  }

  /**
   * Tells people of requests that they do not know of. It is waited for nowhere: what is still under way when the wave
   * continues as new is told again there, under the same idempotency key.
   */
  private tellPeople(): void {
    const { ref, notifyUrl, note } = this.input;
    const { dryRun, cancelled } = this.state.level;
    if (!notifyUrl || dryRun || cancelled) return;
    for (const request of this.requests) {
      const name = noticeName(request);
      if (this.telling.has(name)) continue;
      this.telling.add(name);
      void notifyPeople(ref, notifyUrl, request).then((fault) => {
        this.told.push(name);
        if (fault !== null) note(fault);
      });
    }
  }

  /** What no person answered in time counts as such from now on. */
  private expireAnswers(): void {
    for (const { request, risk_level } of this.asked) {
      const answered = this.answers.some((answer) => answer.request === request);
      if (!answered && this.state.expired.includes(request)) {
        this.answers.push({ request, risk_level, answer: { verdict: 'expired' } });
      }
    }
  }

  accepted(): Accepted {
    return { lists: this.state.folded.lists, listsSha256: this.state.folded.sha256, segments: this.state.accepted };
  }
}

type EventBody = DispatchEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
