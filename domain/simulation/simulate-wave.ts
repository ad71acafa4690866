/**
 * One wave on a virtual clock: the same plan, gate and dispatch as a live wave, with agents whose attempts follow a
 * seeded model. Used for dry runs, for a strategy's roll-outs, and to test the dispatch under faults.
 */
import type { StepResult } from '../dispatch/rules-1/step.ts';
import { copySetOf } from '../dispatch/rules-1/copies.ts';
import { step } from '../dispatch/rules-1/step.ts';
import type { DispatchCommand, DispatchEvent } from '../dispatch/protocol.ts';
import type { ChunkRange, ControlLevel, DispatchState } from '../dispatch/state.ts';
import { newDispatch } from '../dispatch/state.ts';
import { countedLines, countLines } from '../dispatch/counted-lines.ts';
import { openTaskBook } from '../dispatch/task-book.ts';
import { invariant } from '../model/invariant.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { LaneRow, Move } from '../model/plan.ts';
import type { GateDecision } from '../model/records.ts';
import type { RiskLevel, Task } from '../model/task.ts';
import { availability } from '../wave/availability.ts';
import { dispatchFacts } from '../wave/dispatch-facts.ts';
import { dispatchSettings } from '../wave/dispatch-settings.ts';
import type { Estimator } from '../wave/estimates.ts';
import { originMs } from '../dispatch/origin.ts';
import { gateStage } from '../wave/gate-stage.ts';
import type { DispatchFacts } from '../wave/measure-stage.ts';
import type { PlanMemory } from '../wave/plan-memory.ts';
import { NO_PLAN, rememberPlan, reportPlan } from '../wave/plan-memory.ts';
import type { StragglerRows } from '../wave/plan-copies.ts';
import { planCopies } from '../wave/plan-copies.ts';
import type { Answers, PlanStageInput } from '../wave/plan-stage.ts';
import { planStage } from '../wave/plan-stage.ts';
import type { WaveSettings } from '../wave/settings.ts';
import { EventQueue } from './event-queue.ts';
import type { AttemptModel } from './virtual-agent.ts';
import { segmentName, VirtualAgent, virtualReport } from './virtual-agent.ts';

/** How long the orchestrator's own steps take on the virtual clock, milliseconds; as measured on a live server. */
const LATENCY = { plan: 60, dispatch: 15, report: 10, settle: 20, probe: 10 };
/** After a crash, until the server gives the chunk up. */
const HEARTBEAT_TIMEOUT_MS = 10_000;

/** Something that happens to the wave at a time after its start. */
export type Disturbance =
  | { at_ms: number; kind: 'crash' | 'recover'; agent_id: string }
  | { at_ms: number; kind: 'level'; level: Partial<Omit<ControlLevel, 'epoch'>> };

export interface SimulateWaveInput {
  settings: WaveSettings;
  tasks: Task[];
  estimate: Estimator;
  model: AttemptModel;
  /** Epoch milliseconds of the virtual clock's start. */
  startAt: number;
  /** How people answer approval requests: all approved after so many milliseconds; null: never. */
  approveAfterMs: number | null;
  approvalTimeoutMs: number;
  disturbances?: Disturbance[];
  /** How plans are made; by default each is made anew. */
  plan?: typeof planStage;
  /** Sees every step of the dispatch. */
  observe?: (before: DispatchState, event: DispatchEvent, result: StepResult) => void;
}

export interface SimulatedWave {
  /** What counts, in the order of acceptance; and attempts that ran beside a task's first end. */
  lines: AttemptLine[];
  discarded: AttemptLine[];
  facts: DispatchFacts;
  memory: PlanMemory;
  decisions: GateDecision[];
  moves: Move[];
  requests: { request: string; risk_level: RiskLevel; tasks: number; below_threshold: number }[];
  /** Rows of the first plan, as released. */
  schedule: LaneRow[];
  state: DispatchState;
}

/** Runs the wave to its end. The same input gives the same bytes. Throws when it does not end. */
export function simulateWave(input: SimulateWaveInput): SimulatedWave {
  return new WaveSimulation(input).run();
}

const STEPS_MAX = 2_000_000;

class WaveSimulation {
  private readonly queue = new EventQueue<() => void>();
  private readonly agents = new Map<string, VirtualAgent>();
  private readonly crashed = new Set<string>();
  /** Released lanes by plan version and agent. */
  private readonly lanes = new Map<string, LaneRow[]>();
  /** In the order of acceptance. What a chunk writes after it was accepted counts for nothing. */
  private readonly accepted: AttemptLine[] = [];
  private readonly segments = new Map<string, AttemptLine[]>();
  private readonly answers: Answers = {};
  private readonly requests = new Map<string, SimulatedWave['requests'][number]>();
  private readonly decisions: GateDecision[] = [];
  private readonly moves: Move[] = [];
  private readonly schedule: LaneRow[] = [];
  private memory = NO_PLAN;
  private state: DispatchState;
  private now: number;
  private wakeAt: number | null = null;

  private readonly input: SimulateWaveInput;

  constructor(input: SimulateWaveInput) {
    this.input = input;
    const { settings, startAt } = input;
    this.now = startAt;
    this.state = newDispatch(dispatchSettings(settings.knobs.rebalance_threshold, settings.limits.taskTimeoutMs), {
      epoch: 0,
      paused: false,
      dryRun: false,
      cancelled: false,
    });
    for (const { agent_id } of settings.agents) {
      const hooks = {
        at: (time: number, what: () => void) => this.queue.push(time, what),
        finished: (seq: number, time: number) => this.queue.push(time + LATENCY.report, () => this.finishChunk(seq)),
      };
      this.agents.set(agent_id, new VirtualAgent(agent_id, settings, input.model, hooks));
    }
    for (const disturbance of input.disturbances ?? []) {
      this.queue.push(startAt + disturbance.at_ms, () => this.disturb(disturbance));
    }
  }

  run(): SimulatedWave {
    this.send({ type: 'wake' });
    for (let steps = 0; this.state.finished === null; steps++) {
      invariant(steps < STEPS_MAX, 'the simulated wave does not end');
      const next = this.queue.pop();
      invariant(next, `the simulated wave stands still: ${JSON.stringify(this.state.counts)}`);
      this.now = Math.max(this.now, next.at);
      next.item();
    }
    const { counted, discarded } = countLines(this.accepted);
    return {
      lines: counted,
      discarded,
      facts: dispatchFacts(this.state),
      memory: this.memory,
      decisions: this.decisions,
      moves: this.moves,
      requests: [...this.requests.values()],
      schedule: this.schedule,
      state: this.state,
    };
  }

  private send(event: EventBody): void {
    if (this.state.finished !== null) return;
    const before = this.state;
    const whole = { at: this.now, ...event };
    const result = step(before, whole);
    this.input.observe?.(before, whole, result);
    this.state = result.state;
    this.wakeAt = result.nextWakeAt;
    const { wakeAt } = this;
    if (wakeAt !== null) {
      this.queue.push(wakeAt, () => {
        if (this.wakeAt === wakeAt) this.send({ type: 'wake' });
      });
    }
    for (const command of result.commands) this.carryOut(command);
  }

  private carryOut(command: DispatchCommand): void {
    const later = (ms: number, what: () => void) => this.queue.push(this.now + ms, what);
    switch (command.type) {
      case 'plan': {
        // What the plan sees is what is known now; what happens while it is made is for the next one.
        const snapshot = this.state;
        const lines = [...this.accepted];
        later(LATENCY.plan, () => this.plan(snapshot, lines, command.straggler));
        return;
      }
      case 'dispatch':
        later(LATENCY.dispatch, () => {
          const { agentId } = command;
          const rows = this.rowsOf(command);
          if (this.crashed.has(agentId)) this.giveUp(command.seq);
          else this.agents.get(agentId)?.begin(command, rows, this.now);
        });
        return;
      case 'drain':
        later(LATENCY.dispatch, () => this.agents.get(command.agentId)?.drain(this.now));
        return;
      case 'settle':
        later(LATENCY.settle, () => this.settle(command));
        return;
      case 'abandon':
        this.abandon(command.seq);
        return;
      case 'probe':
        later(LATENCY.probe, () => {
          const type = this.crashed.has(command.agentId) ? 'probeSilent' : 'probeAnswered';
          this.send({ type, agentId: command.agentId });
        });
        return;
      case 'fold':
        later(LATENCY.settle, () =>
          this.send({ type: 'folded', count: command.segments.length, sha256: `${command.list}` }),
        );
        return;
      case 'finish':
        return;
    }
  }

  private plan(snapshot: DispatchState, lines: AttemptLine[], straggler: ChunkRange | null): void {
    const { settings, tasks, estimate } = this.input;
    invariant(snapshot.planning, 'no plan was asked for');
    for (const name of snapshot.expired) {
      const request = this.requests.get(name);
      if (request) this.answers[request.risk_level] ??= { verdict: 'expired' };
    }
    const covered = new Set(
      snapshot.open.flatMap(({ planVersion, agentId, from, to }) =>
        (this.lanes.get(`${planVersion}/${agentId}`) ?? []).slice(from, to).map((row) => row.task_id),
      ),
    );
    const common = {
      settings,
      tasks,
      book: openTaskBook(countedLines(lines)),
      covered,
      settled: this.memory.settled,
      estimate,
    };
    const planInput: PlanStageInput = {
      ...common,
      version: snapshot.planVersion + 1,
      reason: snapshot.planning,
      elapsedMs: originMs(snapshot, this.now),
      assigned: this.memory.assigned,
      agents: availability(snapshot, settings.agents, this.now),
      answers: this.answers,
    };
    const planned = straggler
      ? planCopies(planInput, this.stragglerRows(straggler))
      : (this.input.plan ?? planStage)(planInput);
    const released = new Set(this.memory.released);
    const gate = gateStage({ ...common, plan: planned.plan, dead: planned.dead, released, answers: this.answers });
    this.memory = rememberPlan(this.memory, planned, gate, originMs(this.state, this.now));
    for (const lane of gate.lanes) {
      this.lanes.set(`${this.memory.version}/${lane.agent_id}`, lane.rows);
      this.schedule.push(...lane.rows.filter((row) => !released.has(row.task_id)));
    }
    this.decisions.push(...gate.decisions);
    this.moves.push(...planned.plan.moves);
    // A request that waits already keeps its deadline.
    const deadlines = new Map(this.state.requests.map(({ request, expiresAt }) => [request, expiresAt]));
    const requests = gate.requests.map(({ request }) => ({
      request,
      expiresAt: deadlines.get(request) ?? this.now + this.input.approvalTimeoutMs,
    }));
    for (const group of gate.requests) this.ask(group);
    const report = reportPlan(this.memory, planned, gate, requests);
    const agents = settings.agents.map(({ agent_id, slots, idempotent }) => ({
      agentId: agent_id,
      parallel: settings.parameters[agent_id]?.max_parallel_tasks ?? slots,
      idempotent,
      onTrial: false,
    }));
    this.send({ type: 'planned', ...report, agents });
  }

  private ask(group: ReturnType<typeof gateStage>['requests'][number]): void {
    if (this.requests.has(group.request)) return;
    const { request, risk_level, tasks, below_threshold } = group;
    this.requests.set(request, { request, risk_level, tasks: tasks.length, below_threshold });
    const after = this.input.approveAfterMs;
    if (after === null) return;
    this.queue.push(this.now + after, () => {
      this.answers[risk_level] = { verdict: 'approved', approver: 'simulation', reason: null, override: false };
      this.send({ type: 'answered', request });
    });
  }

  private finishChunk(seq: number): void {
    const chunk = this.state.open.find((open) => open.seq === seq);
    if (!chunk || chunk.settle !== null || this.crashed.has(chunk.agentId)) return;
    this.accept(chunk, 'chunkFinished');
  }

  private giveUp(seq: number): void {
    this.queue.push(this.now + HEARTBEAT_TIMEOUT_MS, () => {
      const chunk = this.state.open.find((open) => open.seq === seq);
      if (chunk && chunk.settle === null) this.send({ type: 'chunkLost', seq });
    });
  }

  private disturb(disturbance: Disturbance): void {
    if (disturbance.kind === 'level') {
      const { epoch, paused, dryRun, cancelled } = this.state.level;
      this.send({ type: 'level', level: { paused, dryRun, cancelled, ...disturbance.level, epoch: epoch + 1 } });
    } else if (disturbance.kind === 'crash') {
      this.crashed.add(disturbance.agent_id);
      this.agents.get(disturbance.agent_id)?.crash();
      for (const chunk of this.state.open) if (chunk.agentId === disturbance.agent_id) this.giveUp(chunk.seq);
    } else {
      this.crashed.delete(disturbance.agent_id);
    }
  }

  private accept(chunk: ChunkRange, type: 'chunkFinished' | 'chunkSettled', rivals: AttemptLine[] = []): void {
    const agent = this.agents.get(chunk.agentId);
    invariant(agent, `agent ${chunk.agentId} is not in the fleet`);
    const lines = [...agent.linesOf(chunk.seq)];
    const open = this.state.open.find((candidate) => candidate.seq === chunk.seq);
    // A chunk with rivals is accepted only once it was settled.
    if (type === 'chunkSettled' || (open && !copySetOf(this.state, open))) {
      this.accepted.push(...lines);
      this.segments.set(segmentName(chunk.seq), lines);
    }
    this.send({ type, report: virtualReport(chunk, lines, rivals, this.rowsOf(chunk)) });
  }

  /** Exactly what was accepted of the rivals: one that writes on changes nothing. */
  private settle({ chunk, rivals }: Extract<DispatchCommand, { type: 'settle' }>): void {
    const lines = rivals.flatMap((segment) => this.segments.get(segment.file)?.slice(0, segment.lines) ?? []);
    this.accept(chunk, 'chunkSettled', lines);
  }

  private abandon(seq: number): void {
    const chunk = this.state.open.find((open) => open.seq === seq);
    if (chunk) this.agents.get(chunk.agentId)?.abandon(seq, this.now);
  }

  private stragglerRows(chunk: ChunkRange): StragglerRows {
    const lines = [...(this.agents.get(chunk.agentId)?.linesOf(chunk.seq) ?? [])];
    return { agent_id: chunk.agentId, rows: this.rowsOf(chunk), lines };
  }

  private rowsOf({ planVersion, agentId, from, to }: ChunkRange): LaneRow[] {
    return this.lanes.get(`${planVersion}/${agentId}`)?.slice(from, to) ?? [];
  }
}

type EventBody = DispatchEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
