/**
 * The expected times of a plan. Tasks of a kind that are alike in all else that counts (what they ask for, the attempts they
 * have behind them) are a type and share a row, so that the table grows with the types, not with the tasks.
 */
import type { Unplaceable } from '../model/plan.ts';
import type { Candidate } from './eligibility.ts';
import { candidatesFor } from './eligibility.ts';
import { expectedAttempts } from './expected-attempts.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { PendingTask, PlanInput } from './plan-wave.ts';
import { bentCost } from './strategy-cost.ts';

export interface EtcMatrix {
  /** The tasks that some agent may take, in input order. */
  tasks: PendingTask[];
  /** Milliseconds with repeats at the agent's observed pace. */
  expected: ExpectedTimes;
  /** The same, bent by the strategy: what the search minimises. Sizes and types are those of `expected`. */
  cost: ExpectedTimes;
  unplaceable: Unplaceable[];
}

interface TaskType {
  index: number;
  /** Who may take such tasks, or why nobody may. */
  found: Candidate[] | string;
}

/** Expected time = predicted time × observed pace × expected attempts on that agent. */
export function buildEtcMatrix(input: PlanInput): EtcMatrix {
  const tasks: PendingTask[] = [];
  const unplaceable: Unplaceable[] = [];
  const types = new Map<string, TaskType>();
  const size: number[] = [];
  const typeOf: number[] = [];
  const expected: number[] = [];
  const cost: number[] = [];
  for (const pending of input.pending) {
    const { key, size: ownSize } = typeKey(input, pending);
    let type = types.get(key);
    if (type === undefined) {
      const found = candidatesFor(input, pending);
      type = { index: typeof found === 'string' ? -1 : expected.length / input.agents.length, found };
      types.set(key, type);
      if (typeof found !== 'string') addRates(input, found, ownSize, expected, cost);
    }
    if (typeof type.found === 'string') {
      unplaceable.push({ task_id: pending.task.task_id, reason: type.found });
      continue;
    }
    tasks.push(pending);
    size.push(ownSize);
    typeOf.push(type.index);
  }
  const agents = input.agents.length;
  const shared = {
    tasks: tasks.length,
    agents,
    types: agents === 0 ? 0 : expected.length / agents,
    size: Float64Array.from(size),
    typeOf: Int32Array.from(typeOf),
  };
  return {
    tasks,
    expected: { ...shared, rate: Float64Array.from(expected) },
    cost: { ...shared, rate: Float64Array.from(cost) },
    unplaceable,
  };
}

/** Appends a row of milliseconds per unit of size, and one of bent ones. */
function addRates(input: PlanInput, found: Candidate[], size: number, expected: number[], cost: number[]): void {
  const row = expected.length;
  for (let agent = 0; agent < input.agents.length; agent++) {
    expected.push(Infinity);
    cost.push(Infinity);
  }
  for (const { agent, estimate, confidence, attemptsLeft } of found) {
    const attempts = expectedAttempts(estimate.predicted_success, attemptsLeft);
    const expectedMs = estimate.predicted_ms * (input.agents[agent]?.pace ?? 1) * attempts;
    expected[row + agent] = expectedMs / size;
    const { predicted_success: success, level_sd_log: levelSdLog = 0 } = estimate;
    const placement = { expectedMs, attempts, success, confidence, levelSdLog };
    cost[row + agent] = bentCost(input.strategy, placement) / size;
  }
}

/** What makes tasks alike, and the task's size; a task that no kind is known of is a type of its own. */
function typeKey(
  { kindOf }: PlanInput,
  { task, attempts_used, attempts_on }: PendingTask,
): { key: string; size: number } {
  const kind = kindOf?.(task) ?? null;
  if (kind === null) return { key: `task ${task.task_id}`, size: 1 };
  return { key: JSON.stringify([kind.key, task.capabilities, attempts_used, attempts_on]), size: kind.size };
}
