/** Plays a case's faults on a simulated wave, and notes which of them came to pass. */
import type { DispatchCommand, DispatchEvent } from '../../../domain/dispatch/protocol.ts';
import type { Death, Disturbance, Interference, PersonsAnswer } from '../../../domain/simulation/interference.ts';
import type { SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import type { AttemptModel } from '../../../domain/simulation/virtual-agent.ts';
import type { NumberedFault } from './case.ts';
import type { AnswerKind, Fault, FaultKind, Moment } from './fault.ts';

export class FaultPlayer {
  /** Numbers of the faults that came to pass. */
  readonly occurred = new Set<number>();
  /** Agents that crashed, froze or left. */
  readonly struck = new Set<string>();
  readonly hooks: Required<Pick<Interference, 'dies' | 'taken' | 'arrivals' | 'delayMs' | 'answers'>> &
    Required<Pick<Interference, 'wrote'>>;
  private readonly faults: readonly NumberedFault[];
  private readonly approvalTimeoutMs: number;
  private readonly startAt: number;
  private events = 0;
  private readonly lines = new Map<string, number>();
  private readonly commands = new Map<string, number>();

  constructor(faults: readonly NumberedFault[], { approvalTimeoutMs, startAt }: SimulateWaveInput) {
    this.faults = faults;
    this.approvalTimeoutMs = approvalTimeoutMs;
    this.startAt = startAt;
    this.hooks = {
      dies: () => this.death(),
      taken: (event) => this.afterEvent(event),
      wrote: ({ agentId }) => this.afterLine(agentId),
      arrivals: (seq) => this.arrivals(seq),
      delayMs: (command) => this.delayMs(command),
      answers: (request) => this.answers(request),
    };
  }

  /** The attempts as the faults make them. */
  slowed(model: AttemptModel): AttemptModel {
    return (row, attempt, speed, elapsedMs) => {
      const course = model(row, attempt, speed, elapsedMs);
      let straggles = false;
      for (const { number, fault } of this.faults) {
        if (!('factor' in fault) || fault.agent !== row.agent_id) continue;
        if (fault.kind === 'straggle' && (straggles || fault.task !== row.task_id)) continue;
        straggles ||= fault.kind === 'straggle';
        if (fault.kind === 'slow' && (elapsedMs < fault.from_ms || elapsedMs >= fault.from_ms + fault.for_ms)) continue;
        this.occurred.add(number);
        course.duration_ms *= fault.factor;
      }
      return course;
    };
  }

  /** What happens at a time, whatever the wave does. */
  timed(): Disturbance[] {
    return this.faults.flatMap(({ fault }) => {
      if (!('when' in fault) || !('at_ms' in fault.when)) return [];
      const { at_ms } = fault.when;
      return troubles(fault).map((one) => ({ ...one, at_ms: at_ms + one.at_ms }));
    });
  }

  private death(): Death | null {
    for (const kind of ['restart_before', 'restart_after'] as const) {
      for (const { number, fault } of this.ofKind(kind)) {
        if (fault.event !== this.events + 1 || this.occurred.has(number)) continue;
        this.occurred.add(number);
        return { before: kind === 'restart_before', down_ms: fault.down_ms };
      }
    }
    return null;
  }

  private afterEvent({ at }: DispatchEvent): Disturbance[] {
    this.events += 1;
    for (const { number, fault } of this.faults) {
      if ('when' in fault && 'at_ms' in fault.when && this.startAt + fault.when.at_ms <= at) this.note(number, fault);
    }
    return this.due((when) => 'after_event' in when && when.after_event === this.events);
  }

  private afterLine(agentId: string): Disturbance[] {
    const count = (this.lines.get(agentId) ?? 0) + 1;
    this.lines.set(agentId, count);
    return this.due(
      (when, fault) => 'after_line' in when && when.after_line === count && 'agent' in fault && fault.agent === agentId,
    );
  }

  private due(isDue: (when: Moment, fault: Fault) => boolean): Disturbance[] {
    return this.faults.flatMap(({ number, fault }) => {
      if (!('when' in fault) || this.occurred.has(number) || !isDue(fault.when, fault)) return [];
      this.note(number, fault);
      return troubles(fault);
    });
  }

  private note(number: number, fault: Fault): void {
    this.occurred.add(number);
    if (fault.kind === 'crash' || fault.kind === 'freeze' || fault.kind === 'leave') this.struck.add(fault.agent);
  }

  private arrivals(seq: number): number[] {
    const times = [0];
    for (const { number, fault } of this.faults) {
      if (!('seq' in fault) || fault.seq !== seq) continue;
      this.occurred.add(number);
      if (fault.kind === 'lost_result') return [];
      if (fault.kind === 'late_result') times[0] = fault.by_ms;
      else times.push(fault.by_ms);
    }
    return times;
  }

  private delayMs({ type }: DispatchCommand): number {
    const count = (this.commands.get(type) ?? 0) + 1;
    this.commands.set(type, count);
    let ms = 0;
    for (const { number, fault } of this.ofKind('slow_command')) {
      if (fault.command !== type || fault.nth !== count) continue;
      this.occurred.add(number);
      ms += fault.by_ms;
    }
    return ms;
  }

  private answers(request: string): PersonsAnswer[] | null {
    for (const { number, fault } of this.faults) {
      if (!('group' in fault) || fault.group !== request) continue;
      this.occurred.add(number);
      return 'answers' in fault ? [...fault.answers] : answersOf(fault.kind, this.approvalTimeoutMs);
    }
    return null;
  }

  private ofKind<K extends FaultKind>(kind: K) {
    return this.faults.filter((one): one is { number: number; fault: Extract<Fault, { kind: K }> } => {
      return one.fault.kind === kind;
    });
  }
}

/** What follows from a fault, counted from its moment. */
function troubles(fault: Fault): Disturbance[] {
  switch (fault.kind) {
    case 'crash':
    case 'leave': {
      const end: Disturbance = { at_ms: 0, kind: fault.kind, agent_id: fault.agent };
      return fault.back_ms === null ? [end] : [end, { at_ms: fault.back_ms, kind: 'recover', agent_id: fault.agent }];
    }
    case 'freeze':
      return [{ at_ms: 0, kind: 'freeze', agent_id: fault.agent, for_ms: fault.for_ms }];
    case 'pause':
      return [
        { at_ms: 0, kind: 'level', level: { paused: true } },
        { at_ms: fault.for_ms, kind: 'level', level: { paused: false } },
      ];
    case 'dry_run':
      return [{ at_ms: 0, kind: 'level', level: { dryRun: true } }];
    case 'cancel':
      return [{ at_ms: 0, kind: 'level', level: { cancelled: true } }];
    case 'rest':
      return [{ at_ms: 0, kind: 'rest' }];
    case 'messages':
      return fault.sent.flatMap(({ level, after_ms }) =>
        after_ms.map((at_ms): Disturbance => ({ at_ms, kind: 'level', level })),
      );
    case 'slow':
    case 'straggle':
    case 'misjudge':
    case 'lost_result':
    case 'late_result':
    case 'twice_result':
    case 'restart_before':
    case 'restart_after':
    case 'slow_command':
    case 'answer_slow':
    case 'answer_at_deadline':
    case 'answer_after_deadline':
    case 'answer_twice':
    case 'reject':
    case 'answers_shuffled':
      return [];
  }
}

function answersOf(kind: AnswerKind, timeoutMs: number): PersonsAnswer[] {
  const half = Math.floor(timeoutMs / 2);
  const approved = (after_ms: number): PersonsAnswer => ({ after_ms, verdict: 'approved' });
  const rejected = (after_ms: number): PersonsAnswer => ({ after_ms, verdict: 'rejected' });
  switch (kind) {
    case 'answer_slow':
      return [approved(timeoutMs - 1)];
    case 'answer_at_deadline':
      return [approved(timeoutMs)];
    case 'answer_after_deadline':
      return [approved(timeoutMs + 1)];
    case 'answer_twice':
      return [approved(half), rejected(half), rejected(half + 1_000)];
    case 'reject':
      return [rejected(half)];
  }
}
