/** Small plans by hand: agents, tasks, and a table of times. */
import { startKnobs, startParameters } from '../../../domain/model/agent.ts';
import type { Task } from '../../../domain/model/task.ts';
import type { Estimate, PendingTask, PlanInput, PlanningAgent } from '../../../domain/scheduling/plan-wave.ts';

export function pendingTask(task_id: string, change: Partial<PendingTask> & { of?: Partial<Task> } = {}): PendingTask {
  const { of, ...rest } = change;
  return {
    task: {
      task_id,
      wave: 1,
      priority: 1,
      risk_level: 'LOW',
      task_type: null,
      capabilities: [],
      payload: null,
      generation: 1,
      ...of,
    },
    attempts_used: 0,
    attempts_on: {},
    from_agent: null,
    move_reason: null,
    ...rest,
  };
}

export function planningAgent(
  agent_id: string,
  change: Partial<PlanningAgent> & { capabilities?: string[] } = {},
): PlanningAgent {
  const { capabilities = [], ...rest } = change;
  return {
    agent: { agent_id, kind: 'simulated', slots: 4, capabilities, idempotent: false },
    parameters: startParameters(4),
    free_at: [0],
    pace: 1,
    failing: false,
    ...rest,
  };
}

export function estimateOf(predicted_ms: number, change: Partial<Estimate> = {}): Estimate {
  const predicted_success = change.predicted_success ?? 1;
  const gate_success = predicted_success;
  return { declared: 1, predicted_success, gate_success, declared_ms: predicted_ms, predicted_ms, ...change };
}

/** `times`: milliseconds by task and agent; a pair that is not in it was not predicted. */
export function planInput(
  pending: PendingTask[],
  agents: PlanningAgent[],
  times: Record<string, Record<string, number | Estimate>>,
  change: Partial<PlanInput> = {},
): PlanInput {
  return {
    version: 1,
    pending,
    agents,
    estimate: (task, agentId) => {
      const known = times[task.task_id]?.[agentId];
      if (known === undefined) return null;
      return typeof known === 'number' ? estimateOf(known) : known;
    },
    knobs: startKnobs(),
    strategy: 'balance_load',
    maxAttempts: 6,
    threshold: () => 0.5,
    seed: 22,
    ...change,
  };
}

/** Agent of each task in a plan. */
export function placesOf(plan: { lanes: { agent_id: string; rows: { task_id: string }[] }[] }): Record<string, string> {
  return Object.fromEntries(plan.lanes.flatMap(({ agent_id, rows }) => rows.map((row) => [row.task_id, agent_id])));
}
