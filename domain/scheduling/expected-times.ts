/**
 * Expected times of tasks on agents (the ETC matrix) in factored form: task i takes size[i] × rate[typeOf[i], j]
 * milliseconds on agent j. Tasks of a type share a row of rates, so that 100,000 tasks × 1,000 agents take a few megabytes;
 * a dense matrix is the special case of a type per task.
 */
import { invariant } from '../model/invariant.ts';

export interface ExpectedTimes {
  tasks: number;
  agents: number;
  types: number;
  /** By task, > 0. */
  size: Float64Array;
  /** By task, 0 to types − 1. */
  typeOf: Int32Array;
  /** Milliseconds per unit of size, type by type: `type * agents + agent`; Infinity where such tasks may not go. */
  rate: Float64Array;
}

/** Milliseconds of every task on every agent, `task * agents + agent`; Infinity where it may not go. */
export function denseTimes(tasks: number, agents: number, cost: Float64Array): ExpectedTimes {
  invariant(cost.length === tasks * agents, `${cost.length} times for ${tasks} tasks on ${agents} agents`);
  const typeOf = Int32Array.from({ length: tasks }, (_, task) => task);
  return { tasks, agents, types: tasks, size: new Float64Array(tasks).fill(1), typeOf, rate: cost };
}

/** Milliseconds; Infinity where the task may not go. */
export function timeOf({ agents, size, typeOf, rate }: ExpectedTimes, task: number, agent: number): number {
  return size[task]! * rate[typeOf[task]! * agents + agent]!;
}
