/**
 * Where a simulated wave can be disturbed. A forecast disturbs nothing and pays for nothing; what is drawn, and what must
 * hold all the same, is for tests to say.
 */
import type { DispatchCommand, DispatchEvent } from '../dispatch/protocol.ts';
import type { ChunkRange, ControlLevel } from '../dispatch/state.ts';
import type { AttemptLine } from '../model/outcome.ts';

/**
 * Something that happens to a wave. A crashed agent loses what it runs, not what it wrote. A frozen one stands still and
 * is silent, then goes on where it was, whatever was decided about its chunks meanwhile. One that leaves ends what it
 * runs, gives back the rest, and is gone. To rest is to continue as new. A level without an epoch changes the one in force.
 */
export type Trouble =
  | { kind: 'crash'; agent_id: string }
  | { kind: 'leave'; agent_id: string }
  | { kind: 'recover'; agent_id: string }
  | { kind: 'freeze'; agent_id: string; for_ms: number }
  | { kind: 'rest' }
  | { kind: 'level'; level: Partial<ControlLevel> };

/** Something that happens so long after the wave's start, or after the moment for which a hook names it. */
export type Disturbance = { at_ms: number } & Trouble;

/**
 * The orchestrator dies over an event and comes back after `down_ms`. `before` its commands were issued: nothing of the
 * step remains, and the event is taken again later. Otherwise: its commands stand, and it goes on from the state as text.
 */
export interface Death {
  before: boolean;
  down_ms: number;
}

export interface PersonsAnswer {
  /** After the request was first asked. */
  after_ms: number;
  verdict: 'approved' | 'rejected';
}

/** Every hook is called on the virtual clock, in the order in which things happen. */
export interface Interference {
  /** Before the dispatch takes an event; called again when it is taken again. */
  dies?: (event: DispatchEvent) => Death | null;
  /** After the dispatch took an event and its commands were issued: what follows. */
  taken?: (event: DispatchEvent) => Disturbance[];
  /** After an agent wrote a line, be it for a chunk that counts or for one that does not any more. */
  wrote?: (chunk: ChunkRange, line: AttemptLine) => Disturbance[];
  /** How much later than usual each copy of a chunk's result arrives, milliseconds; none: it is lost. Usually `[0]`. */
  arrivals?: (seq: number) => number[];
  /** Each copy of a result as it arrives, and whether it was still waited for. */
  arrived?: (seq: number, open: boolean) => void;
  /** How much longer than usual a command takes, milliseconds. */
  delayMs?: (command: DispatchCommand) => number;
  /** How people answer a request; null: as the input says. */
  answers?: (request: string) => PersonsAnswer[] | null;
  /** Each answer as it comes, and whether its request was open. */
  answered?: (request: string, verdict: PersonsAnswer['verdict'], open: boolean) => void;
}
