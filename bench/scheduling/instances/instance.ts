/** What a scheduling benchmark solves: a named matrix of expected times, task × agent. */
import type { ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { Lanes } from '../../../domain/scheduling/lanes.ts';

/** Milliseconds here; the publications have no unit. */
export interface NamedTimes {
  name: string;
  times: ExpectedTimes;
}

/** One lane per agent, free from the start: the machines of R||Cmax. */
export function oneLaneEach(agents: number): Lanes {
  return { agentOf: Array.from({ length: agents }, (_, agent) => agent), freeAt: new Array<number>(agents).fill(0) };
}
