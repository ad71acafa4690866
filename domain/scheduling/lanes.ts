/** The machines of the scheduling problem: every parallel slot of an agent is a lane of its own. */
import { seededRandom } from '../model/random.ts';

export interface Lanes {
  /** Index of the lane's agent. */
  agentOf: number[];
  /** Milliseconds after the origin when the lane is free. */
  freeAt: number[];
}

/** Costs of tasks on agents: task i on agent j at `i * agents + j`, milliseconds; Infinity where it may not go. */
export interface CostMatrix {
  tasks: number;
  agents: number;
  cost: Float64Array;
}

/** Lanes in an order drawn from the seed: searches take the first of equals, so the seed breaks ties. */
export function openLanes(agents: readonly { free_at: readonly number[] }[], seed: number): Lanes {
  const all = agents.flatMap(({ free_at }, agent) => free_at.map((at) => ({ agent, at })));
  const random = seededRandom('lanes', seed);
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return { agentOf: all.map(({ agent }) => agent), freeAt: all.map(({ at }) => at) };
}

/** Which lane each task is on (−1: none yet), and when each lane is done. */
export interface Assignment {
  laneOf: Int32Array;
  finish: Float64Array;
}

export function emptyAssignment(tasks: number, lanes: Lanes): Assignment {
  return { laneOf: new Int32Array(tasks).fill(-1), finish: Float64Array.from(lanes.freeAt) };
}

export function latest(finish: Float64Array): number {
  return finish.reduce((max, ms) => Math.max(max, ms), 0);
}
