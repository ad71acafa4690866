/** The machines of the scheduling problem: every parallel slot of an agent is a lane of its own. */
import type { ExpectedTimes } from './expected-times.ts';
import { timeOf } from './expected-times.ts';
import { seededRandom } from '../model/random.ts';

export interface Lanes {
  /** Index of the lane's agent. */
  agentOf: number[];
  /** Milliseconds after the origin when the lane is free. */
  freeAt: number[];
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

/** Indices of the lanes of each agent. */
export function lanesByAgent(agents: number, { agentOf }: Lanes): number[][] {
  const lanesOf = Array.from({ length: agents }, (): number[] => []);
  agentOf.forEach((agent, lane) => lanesOf[agent]!.push(lane));
  return lanesOf;
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

/** The one whose last lane is done first; the first of equals. */
export function soonest(assignments: readonly Assignment[]): Assignment {
  return assignments.reduce((best, other) => (latest(other.finish) < latest(best.finish) ? other : best));
}

/** Of these lanes the one that is done first; the first of equals. */
export function firstFree(lanes: readonly number[], finish: Float64Array): number {
  return lanes.reduce((first, lane) => (finish[lane]! < finish[first]! ? lane : first));
}

/** An assignment whose lanes are given. */
export function onLanes(times: ExpectedTimes, lanes: Lanes, laneOf: Int32Array): Assignment {
  const finish = Float64Array.from(lanes.freeAt);
  laneOf.forEach((lane, task) => (finish[lane]! += timeOf(times, task, lanes.agentOf[lane]!)));
  return { laneOf, finish };
}

/** Index of the agent of each task. */
export function agentsOf(laneOf: Int32Array, { agentOf }: Lanes): Int32Array {
  return Int32Array.from(laneOf, (lane) => agentOf[lane]!);
}
