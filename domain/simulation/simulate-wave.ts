/**
 * One wave on a virtual clock: the same plan, gate and dispatch as a live wave, with agents whose attempts follow a
 * seeded model. Used for dry runs, for a strategy's roll-outs, and to test the dispatch under faults.
 */
import { step } from '../dispatch/rules-1/step.ts';
import { copySetOf } from '../dispatch/rules-1/copies.ts';
import { countLines } from '../dispatch/counted-lines.ts';
import type { DispatchCommand, DispatchEvent, Straggler } from '../dispatch/protocol.ts';
import type { ChunkRange, DispatchState } from '../dispatch/state.ts';
import { newDispatch } from '../dispatch/state.ts';
import { invariant } from '../model/invariant.ts';
import type { AttemptLine } from '../model/outcome.ts';
import { dispatchFacts } from '../wave/dispatch-facts.ts';
import { dispatchSettings } from '../wave/dispatch-settings.ts';
import type { StragglerRows } from '../wave/plan-copies.ts';
import { HEARTBEAT_TIMEOUT_MS } from './agent-health.ts';
import { EventQueue } from './event-queue.ts';
import type { Disturbance, Interference, Trouble } from './interference.ts';
import type { SimulatedWave, SimulateWaveInput } from './simulated-wave.ts';
import { Standstill } from './standstill.ts';
import { segmentName, virtualReport } from './virtual-agent.ts';
import { VirtualFleet } from './virtual-fleet.ts';
import { VirtualPeople } from './virtual-people.ts';
import type { PlanAsked } from './virtual-planning.ts';
import { VirtualPlanning } from './virtual-planning.ts';

/** How long the orchestrator's own steps take on the virtual clock, milliseconds; as measured on a live server. */
const LATENCY = { plan: 60, dispatch: 15, report: 10, settle: 20, probe: 10 };

export type { SimulatedWave, SimulateWaveInput } from './simulated-wave.ts';

/** Runs the wave to its end. The same input gives the same bytes. Throws when it does not end. */
export function simulateWave(input: SimulateWaveInput): SimulatedWave {
  return new WaveSimulation(input).run();
}

const STEPS_MAX = 2_000_000;

class WaveSimulation {
  private readonly queue = new EventQueue<() => void>();
  private readonly fleet: VirtualFleet;
  /** What is for the orchestrator passes here: while it is down, it waits. */
  private readonly orchestrator = new Standstill();
  /** In the order of acceptance. What a chunk writes after it was accepted counts for nothing. */
  private readonly accepted: AttemptLine[] = [];
  private readonly segments = new Map<string, AttemptLine[]>();
  private readonly people: VirtualPeople;
  private readonly planning: VirtualPlanning;
  private state: DispatchState;
  private now: number;
  private wakeAt: number | null = null;
  private resting = false;

  private readonly input: SimulateWaveInput;
  private readonly interference: Interference;

  constructor(input: SimulateWaveInput) {
    this.input = input;
    this.interference = input.interference ?? {};
    const { settings, startAt } = input;
    this.now = startAt;
    this.state = newDispatch(dispatchSettings(settings.knobs.rebalance_threshold, settings.limits.taskTimeoutMs), {
      epoch: 0,
      paused: false,
      dryRun: false,
      cancelled: false,
    });
    this.planning = new VirtualPlanning(input);
    this.people = new VirtualPeople(input.approveAfterMs, this.interference, {
      later: (ms, what) => this.queue.push(this.now + ms, () => this.orchestrator.pass(what)),
      isOpen: (request) => this.state.requests.some((open) => open.request === request),
      answered: (request) => this.send({ type: 'answered', request }),
    });
    this.fleet = new VirtualFleet(settings, input.model, {
      at: (time, what) => this.queue.push(time, what),
      now: () => this.now,
      wrote: (chunk, line) => this.disturb(this.interference.wrote?.(chunk, line)),
      finished: (seq) => this.report(seq),
    });
    for (const disturbance of input.disturbances ?? []) {
      this.queue.push(startAt + disturbance.at_ms, () => this.happen(disturbance));
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
      memory: this.planning.memory,
      decisions: this.planning.decisions,
      moves: this.planning.moves,
      requests: [...this.people.asked.values()],
      schedule: this.planning.schedule,
      state: this.state,
    };
  }

  private send(event: EventBody): void {
    if (this.state.finished !== null) return;
    const before = this.state;
    const whole = { at: this.now, ...event };
    const death = this.interference.dies?.(whole) ?? null;
    const result = (this.input.step ?? step)(before, whole);
    if (death?.before) return this.restart(death.down_ms, () => this.send(event));
    this.input.observe?.(before, whole, result);
    this.state = result.state;
    this.arm(result.nextWakeAt);
    for (const command of result.commands) this.carryOut(command);
    if (death) {
      this.restart(death.down_ms, () => {
        this.arm(result.nextWakeAt);
        this.goOnRested();
      });
    }
    this.disturb(this.interference.taken?.(whole));
    this.goOnRested();
  }

  /** The timer is the server's: it fires while the orchestrator is down, and is heard afterwards. */
  private arm(wakeAt: number | null): void {
    // As live: an earlier wake-up replaces one that is armed, a later one waits its turn.
    if (wakeAt === null || (this.wakeAt !== null && this.wakeAt <= wakeAt)) return;
    this.wakeAt = wakeAt;
    this.queue.push(wakeAt, () =>
      this.orchestrator.pass(() => {
        if (this.wakeAt !== wakeAt) return;
        this.wakeAt = null;
        this.send({ type: 'wake' });
      }),
    );
  }

  /** The orchestrator goes on from the state as text; what the server kept for it follows after `first`. */
  private restart(downMs: number, first: () => void): void {
    const text = JSON.stringify(this.state);
    this.orchestrator.stop();
    this.orchestrator.pass(first);
    this.queue.push(this.now + downMs, () => {
      this.state = JSON.parse(text) as DispatchState;
      this.orchestrator.goOn();
    });
  }

  private carryOut(command: DispatchCommand): void {
    const at = this.now + (this.interference.delayMs?.(command) ?? 0);
    const later = (ms: number, what: () => void) => this.queue.push(at + ms, what);
    const answer = (ms: number, what: () => void) => later(ms, () => this.orchestrator.pass(what));
    switch (command.type) {
      case 'plan': {
        this.people.expire(this.state.expired);
        const asked = { snapshot: this.state, lines: [...this.accepted], answers: { ...this.people.answers } };
        const { straggler } = command;
        answer(LATENCY.plan, () => this.plan(asked, straggler));
        return;
      }
      case 'dispatch':
        later(LATENCY.dispatch, () => {
          if (this.fleet.health(command.agentId).isSilent(this.now)) this.giveUp(command.seq);
          this.fleet.begin(command, this.planning.rowsOf(command));
        });
        return;
      case 'drain':
        later(LATENCY.dispatch, () => this.fleet.drain(command));
        return;
      case 'settle':
        answer(LATENCY.settle, () => this.settle(command));
        return;
      case 'abandon':
        this.abandon(command.seq);
        return;
      case 'probe':
        answer(LATENCY.probe, () => {
          const type = this.fleet.health(command.agentId).isDown ? 'probeSilent' : 'probeAnswered';
          this.send({ type, agentId: command.agentId });
        });
        return;
      case 'fold':
        answer(LATENCY.settle, () =>
          this.send({ type: 'folded', count: command.segments.length, sha256: `${command.list}` }),
        );
        return;
      case 'finish':
        return;
    }
  }

  private plan(asked: PlanAsked, straggler: Straggler | null): void {
    const rows = straggler && this.stragglerRows(straggler);
    const { groups, planned } = this.planning.make(asked, rows, this.state, this.now);
    for (const group of groups) this.people.ask(group);
    this.send(planned);
  }

  /** A chunk's executor has nothing more to do. Without its result in time, the server gives the chunk up. */
  private report(seq: number): void {
    const arrivals = this.interference.arrivals?.(seq) ?? [0];
    for (const ms of arrivals) {
      this.queue.push(this.now + LATENCY.report + ms, () => this.orchestrator.pass(() => this.finishChunk(seq)));
    }
    if (!arrivals.some((ms) => ms < HEARTBEAT_TIMEOUT_MS)) this.giveUp(seq);
  }

  private finishChunk(seq: number): void {
    const chunk = this.state.open.find((open) => open.seq === seq && open.settle === null);
    this.interference.arrived?.(seq, chunk !== undefined);
    if (!chunk || this.fleet.health(chunk.agentId).crashed) return;
    this.accept(chunk, 'chunkFinished');
  }

  private giveUp(seq: number): void {
    this.queue.push(this.now + HEARTBEAT_TIMEOUT_MS, () =>
      this.orchestrator.pass(() => {
        const chunk = this.state.open.find((open) => open.seq === seq);
        if (chunk && chunk.settle === null) this.send({ type: 'chunkLost', seq });
      }),
    );
  }

  private disturb(disturbances: Disturbance[] = []): void {
    for (const one of disturbances) {
      if (one.at_ms === 0) this.happen(one);
      else this.queue.push(this.now + one.at_ms, () => this.happen(one));
    }
  }

  private happen(trouble: Trouble): void {
    if (trouble.kind === 'level') this.orchestrator.pass(() => this.setLevel(trouble.level));
    else if (trouble.kind === 'rest') this.orchestrator.pass(() => this.rest());
    else for (const { seq } of this.fleet.strike(trouble, this.state.open)) this.giveUp(seq);
  }

  private setLevel(change: Extract<Trouble, { kind: 'level' }>['level']): void {
    const { epoch, paused, dryRun, cancelled } = this.state.level;
    this.send({ type: 'level', level: { epoch: epoch + 1, paused, dryRun, cancelled, ...change } });
  }

  /** As when a live wave continues as new: no new chunk until nothing is open, then on from the state as text. */
  private rest(): void {
    this.resting = true;
    this.send({ type: 'quiesce' });
  }

  private goOnRested(): void {
    const { open, planning, folding, agents, finished } = this.state;
    const quiet = open.length === 0 && planning === null && !folding && agents.every((agent) => !agent.probing);
    if (!this.resting || !quiet || finished !== null || this.orchestrator.stands) return;
    this.resting = false;
    this.wakeAt = null;
    this.restart(0, () => this.send({ type: 'resumed' }));
  }

  private accept(chunk: ChunkRange, type: 'chunkFinished' | 'chunkSettled', rivals: AttemptLine[] = []): void {
    const lines = [...this.fleet.agent(chunk.agentId).linesOf(chunk.seq)];
    const open = this.state.open.find((candidate) => candidate.seq === chunk.seq);
    // A chunk with rivals is accepted only once it was settled.
    if (type === 'chunkSettled' || (open && !copySetOf(this.state, open))) {
      this.accepted.push(...lines);
      this.segments.set(segmentName(chunk.seq), lines);
    }
    const leaving = type === 'chunkFinished' && this.fleet.health(chunk.agentId).left;
    this.send({ type, report: virtualReport(chunk, lines, rivals, this.planning.rowsOf(chunk), leaving) });
  }

  /** Exactly what was accepted of the rivals: one that writes on changes nothing. */
  private settle({ chunk, rivals }: Extract<DispatchCommand, { type: 'settle' }>): void {
    const lines = rivals.flatMap((segment) => this.segments.get(segment.file)?.slice(0, segment.lines) ?? []);
    this.accept(chunk, 'chunkSettled', lines);
  }

  private abandon(seq: number): void {
    const chunk = this.state.open.find((open) => open.seq === seq);
    if (chunk) this.fleet.agent(chunk.agentId).abandon(seq, this.now);
  }

  private stragglerRows(chunk: Straggler): StragglerRows {
    const lines = [...this.fleet.agent(chunk.agentId).linesOf(chunk.seq)];
    return { agent_id: chunk.agentId, rows: this.planning.rowsOf(chunk), lines, copiesMax: chunk.copiesMax };
  }
}

type EventBody = DispatchEvent extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;
