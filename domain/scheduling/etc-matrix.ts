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

/** Expected time = predicted time × observed pace × expected attempts on that agent. */
export function buildEtcMatrix(input: PlanInput): EtcMatrix {
  const tasks: PendingTask[] = [];
  const unplaceable: Unplaceable[] = [];
  /** Index of the type's row, or why nobody may take such tasks. */
  const types = new Map<string, number | string>();
  const size: number[] = [];
  const typeOf: number[] = [];
  const rates = new Rates(input.agents.length);
  for (const pending of input.pending) {
    const { key, size: ownSize } = typeKey(input, pending);
    let type = types.get(key);
    if (type === undefined) {
      const found = candidatesFor(input, pending);
      type = typeof found === 'string' ? found : addRates(input, found, ownSize, rates);
      types.set(key, type);
    }
    if (typeof type === 'string') {
      unplaceable.push({ task_id: pending.task.task_id, reason: type });
      continue;
    }
    tasks.push(pending);
    size.push(ownSize);
    typeOf.push(type);
  }
  const shared = {
    tasks: tasks.length,
    agents: input.agents.length,
    types: rates.rows,
    size: Float64Array.from(size),
    typeOf: Int32Array.from(typeOf),
  };
  return {
    tasks,
    expected: { ...shared, rate: rates.expected.subarray(0, rates.rows * rates.agents) },
    cost: { ...shared, rate: rates.cost.subarray(0, rates.rows * rates.agents) },
    unplaceable,
  };
}

/** Rows of milliseconds per unit of size, one number per agent, and of bent ones; there is room for twice the rows when one more does not fit. */
class Rates {
  rows = 0;
  expected = new Float64Array(0);
  cost = new Float64Array(0);
  readonly agents: number;

  constructor(agents: number) {
    this.agents = agents;
  }

  /** Where the new row begins. Nobody may take the type yet. */
  addRow(): number {
    const at = this.rows * this.agents;
    if (at === this.expected.length) {
      this.expected = this.grown(this.expected);
      this.cost = this.grown(this.cost);
    }
    this.rows += 1;
    return at;
  }

  private grown(rates: Float64Array): Float64Array<ArrayBuffer> {
    const room = new Float64Array(Math.max(this.agents, 2 * rates.length)).fill(Infinity, rates.length);
    room.set(rates);
    return room;
  }
}

/** Adds the row of a type; answers with its index. */
function addRates(input: PlanInput, found: Candidate[], size: number, rates: Rates): number {
  const row = rates.addRow();
  for (const { agent, estimate, confidence, attemptsLeft } of found) {
    const attempts = expectedAttempts(estimate.predicted_success, attemptsLeft);
    const expectedMs = estimate.predicted_ms * (input.agents[agent]?.pace ?? 1) * attempts;
    rates.expected[row + agent] = expectedMs / size;
    const { predicted_success: success, level_sd_log: levelSdLog = 0 } = estimate;
    const placement = { expectedMs, attempts, success, confidence, levelSdLog };
    rates.cost[row + agent] = bentCost(input.strategy, placement) / size;
  }
  return rates.rows - 1;
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
