/** The expected-time-to-compute matrix of a plan: task × agent. */
import type { Candidate } from './eligibility.ts';
import { candidatesFor } from './eligibility.ts';
import { expectedAttempts } from './expected-attempts.ts';
import type { Unplaceable } from '../model/plan.ts';
import type { PendingTask, PlanInput } from './plan-wave.ts';
import { bentCost } from './strategy-cost.ts';

export interface EtcMatrix {
  /** Row by row the tasks that some agent may take, in input order. */
  tasks: PendingTask[];
  agents: number;
  /** Candidate of task i on agent j at `i * agents + j`; null where it may not go. */
  candidates: (Candidate | null)[];
  /** Expected milliseconds with repeats at the agent's observed pace; Infinity where the task may not go. */
  expected: Float64Array;
  /** The same, bent by the strategy: what the search minimises. */
  cost: Float64Array;
  unplaceable: Unplaceable[];
}

/** Expected time = predicted time × observed pace × expected attempts on that agent. */
export function buildEtcMatrix(input: PlanInput): EtcMatrix {
  const tasks: PendingTask[] = [];
  const rows: Candidate[][] = [];
  const unplaceable: Unplaceable[] = [];
  for (const pending of input.pending) {
    const found = candidatesFor(input, pending);
    if (typeof found === 'string') {
      unplaceable.push({ task_id: pending.task.task_id, reason: found });
      continue;
    }
    tasks.push(pending);
    rows.push(found);
  }
  const agents = input.agents.length;
  const size = tasks.length * agents;
  const candidates = new Array<Candidate | null>(size).fill(null);
  const expected = new Float64Array(size).fill(Infinity);
  const cost = new Float64Array(size).fill(Infinity);
  rows.forEach((row, task) => {
    for (const candidate of row) {
      const { estimate, confidence } = candidate;
      const at = task * agents + candidate.agent;
      const attempts = expectedAttempts(estimate.predicted_success, candidate.attemptsLeft);
      const expectedMs = estimate.predicted_ms * (input.agents[candidate.agent]?.pace ?? 1) * attempts;
      candidates[at] = candidate;
      expected[at] = expectedMs;
      cost[at] = bentCost(input.strategy, { expectedMs, attempts, success: estimate.predicted_success, confidence });
    }
  });
  return { tasks, agents, candidates, expected, cost, unplaceable };
}
