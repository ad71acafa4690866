/** The faults of a seed. A fault keeps its number whatever else is left out of the case. */
import type { PersonsAnswer } from '../../../domain/simulation/interference.ts';
import { Draw } from './draw.ts';
import type { Fault, FaultKind, Moment } from './fault.ts';
import { FAULT_KINDS, SLOW_COMMANDS } from './fault.ts';

/** Faults come within so long after the start, or so many events, chunks and lines: most waves are short, some are not. */
const TROUBLE_MS = [3_000, 20_000, 60_000];
const EVENTS = [5, 15, 80];
const CHUNKS = [2, 6, 20];
const LINES = [2, 6, 20];

/** What ends a wave early is rare, or little would be left to go wrong. */
const RARE: readonly FaultKind[] = ['dry_run', 'cancel'];
/** What people say in disorder is drawn apart from all else. */
const DISORDER: readonly FaultKind[] = ['messages', 'answers_shuffled'];
const USUAL = FAULT_KINDS.filter((kind) => !RARE.includes(kind) && !DISORDER.includes(kind));
const GROUPS = ['w1-g1', 'w1-g2', 'w1-g3'];

export function drawFaults(seed: number, agents: readonly string[]): Fault[] {
  const draw = new Draw('faults', seed);
  const count = draw.of([0, 2, 3, 4, 6, 9, 12]);
  const kinds = Array.from({ length: count }, () => draw.of(USUAL));
  for (const kind of RARE) if (draw.chance(0.12)) kinds.push(kind);
  const disorder = new Draw('disorder', seed);
  for (const kind of DISORDER) if (disorder.chance(0.3)) kinds.push(kind);
  return kinds.map((kind, index) => drawFault(kind, new Draw('fault', seed, index), agents));
}

function drawFault(kind: FaultKind, draw: Draw, agents: readonly string[]): Fault {
  const agent = draw.of(agents);
  switch (kind) {
    case 'crash':
      return { kind, agent, when: moment(draw, true), back_ms: draw.chance(0.75) ? draw.whole(0, 25_000) : null };
    case 'freeze':
      return { kind, agent, when: moment(draw, true), for_ms: draw.whole(1_000, draw.of([9_000, 15_000, 40_000])) };
    case 'slow':
      return {
        kind,
        agent,
        from_ms: draw.whole(0, draw.of(TROUBLE_MS)),
        for_ms: draw.whole(1_000, 30_000),
        factor: draw.whole(2, 9),
      };
    case 'straggle':
      return { kind, agent, task: `t${draw.whole(0, draw.of([3, 10, 40]))}`, factor: draw.whole(20, 60) };
    case 'leave':
      return { kind, agent, when: moment(draw, true), back_ms: draw.chance(0.75) ? draw.whole(0, 25_000) : null };
    case 'misjudge':
      return { kind, agent, factor: draw.of([0.2, 3, 6]) };
    case 'lost_result':
      return { kind, seq: draw.whole(1, draw.of(CHUNKS)) };
    case 'late_result':
      return { kind, seq: draw.whole(1, draw.of(CHUNKS)), by_ms: draw.whole(10_000, 30_000) };
    case 'twice_result':
      return { kind, seq: draw.whole(1, draw.of(CHUNKS)), by_ms: draw.of([0, draw.whole(1, 20_000)]) };
    case 'restart_before':
    case 'restart_after':
      return {
        kind,
        event: draw.whole(1, draw.of(EVENTS)),
        down_ms: draw.of([0, draw.whole(1, 2_000), draw.whole(1, 30_000)]),
      };
    case 'pause':
      return { kind, when: moment(draw, false), for_ms: draw.of([draw.whole(1, 40), draw.whole(1, 30_000)]) };
    case 'rest':
    case 'dry_run':
    case 'cancel':
      return { kind, when: moment(draw, false) };
    case 'slow_command':
      return {
        kind,
        command: draw.of(SLOW_COMMANDS),
        nth: draw.whole(1, 3),
        by_ms: draw.whole(1, draw.of([50, 20_000])),
      };
    case 'answer_slow':
    case 'answer_at_deadline':
    case 'answer_after_deadline':
    case 'answer_twice':
    case 'reject':
      return { kind, group: draw.of(GROUPS) };
    case 'messages':
      return { kind, when: moment(draw, false), sent: messages(draw) };
    case 'answers_shuffled':
      return { kind, group: draw.of(GROUPS), answers: answers(draw) };
  }
}

/** Levels in the order in which they were said; a dry run and a cancellation are never taken back by who asks for them. */
function messages(draw: Draw): Extract<Fault, { kind: 'messages' }>['sent'] {
  const spreadMs = draw.of([50, 2_000, 20_000]);
  const count = draw.whole(2, 8);
  const dryFrom = draw.chance(0.1) ? draw.whole(1, count) : Infinity;
  const cancelledFrom = draw.chance(0.1) ? draw.whole(1, count) : Infinity;
  return Array.from({ length: count }, (_, index) => {
    const epoch = index + 1;
    const level = {
      epoch,
      paused: epoch < count && draw.chance(0.5),
      dryRun: epoch >= dryFrom,
      cancelled: epoch >= cancelledFrom,
    };
    const copies = draw.of([1, 1, 2, 3]);
    return { level, after_ms: Array.from({ length: copies }, () => draw.whole(0, spreadMs)) };
  });
}

function answers(draw: Draw): PersonsAnswer[] {
  return Array.from({ length: draw.whole(2, 5) }, () => {
    return { after_ms: draw.whole(0, draw.of([100, 10_000, 45_000])), verdict: draw.of(['approved', 'rejected']) };
  });
}

function moment(draw: Draw, lines: boolean): Moment {
  const how = draw.of(lines ? ['time', 'event', 'line', 'line'] : ['time', 'event']);
  if (how === 'time') return { at_ms: draw.whole(0, draw.of(TROUBLE_MS)) };
  return how === 'event'
    ? { after_event: draw.whole(1, draw.of(EVENTS)) }
    : { after_line: draw.whole(1, draw.of(LINES)) };
}
