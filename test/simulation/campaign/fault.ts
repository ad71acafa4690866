/** What may go wrong in a wave of the campaign, as data. */
import type { ControlLevel } from '../../../domain/dispatch/state.ts';
import type { PersonsAnswer } from '../../../domain/simulation/interference.ts';

/** Milliseconds after the start; or at once after the n-th event of the dispatch, or the n-th line of the agent. */
export type Moment = { at_ms: number } | { after_event: number } | { after_line: number };

export type Fault =
  /** The agent dies, and comes back after `back_ms`; null: never. */
  | { kind: 'crash'; agent: string; when: Moment; back_ms: number | null }
  /** The agent stands still and is silent, then goes on where it was. */
  | { kind: 'freeze'; agent: string; when: Moment; for_ms: number }
  /** Attempts that begin in the span take longer. Counted from the agent's first task. */
  | { kind: 'slow'; agent: string; from_ms: number; for_ms: number; factor: number }
  /** One task takes so long there that nobody would wait for it. */
  | { kind: 'straggle'; agent: string; task: string; factor: number }
  /** The agent stops in good order: what it runs ends, what it has not begun it gives back. It comes back after `back_ms`. */
  | { kind: 'leave'; agent: string; when: Moment; back_ms: number | null }
  /** The predictions for the agent are wrong by this factor, from first to last. */
  | { kind: 'misjudge'; agent: string; factor: number }
  /** The n-th chunk is executed wholly, and its result never arrives. */
  | { kind: 'lost_result'; seq: number }
  /** It arrives when the chunk was given up. */
  | { kind: 'late_result'; seq: number; by_ms: number }
  | { kind: 'twice_result'; seq: number; by_ms: number }
  /** The orchestrator dies over its n-th event, before or after the commands were issued. */
  | { kind: 'restart_before'; event: number; down_ms: number }
  | { kind: 'restart_after'; event: number; down_ms: number }
  /** The orchestrator continues as new as soon as nothing is open. */
  | { kind: 'rest'; when: Moment }
  | { kind: 'pause'; when: Moment; for_ms: number }
  | { kind: 'dry_run'; when: Moment }
  | { kind: 'cancel'; when: Moment }
  /** People ask one thing after the other; each message comes late, in any order, and maybe twice. The last one goes on. */
  | { kind: 'messages'; when: Moment; sent: readonly { level: ControlLevel; after_ms: readonly number[] }[] }
  /** The n-th command of the type takes longer. */
  | { kind: 'slow_command'; command: SlowCommand; nth: number; by_ms: number }
  /** People answer a risk level's request: late but in time, at the deadline, after it, twice and differently, or no. */
  | { kind: AnswerKind; group: string }
  /** Several answers that contradict each other, in any order, some of them after the deadline. */
  | { kind: 'answers_shuffled'; group: string; answers: readonly PersonsAnswer[] };

export type AnswerKind = 'answer_slow' | 'answer_at_deadline' | 'answer_after_deadline' | 'answer_twice' | 'reject';

export const SLOW_COMMANDS = ['plan', 'dispatch', 'drain', 'settle', 'probe'] as const;
export type SlowCommand = (typeof SLOW_COMMANDS)[number];

export type FaultKind = Fault['kind'];

export const FAULT_KINDS: readonly FaultKind[] = [
  'crash',
  'freeze',
  'slow',
  'straggle',
  'leave',
  'misjudge',
  'lost_result',
  'late_result',
  'twice_result',
  'restart_before',
  'restart_after',
  'rest',
  'pause',
  'dry_run',
  'cancel',
  'slow_command',
  'answer_slow',
  'answer_at_deadline',
  'answer_after_deadline',
  'answer_twice',
  'reject',
  'messages',
  'answers_shuffled',
];
