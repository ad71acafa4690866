/** Turns an assignment of tasks to agents into a plan: order, times, moves. */
import { invariant } from '../model/invariant.ts';
import type { Lane, Move, Plan, PlanRow } from '../model/plan.ts';
import type { EtcMatrix } from './etc-matrix.ts';
import { timeOf } from './expected-times.ts';
import { confidenceOf } from './eligibility.ts';
import type { PendingTask, PlanInput } from './plan-wave.ts';
import { byUrgency, runLanes } from './timeline.ts';

/**
 * `agentOf`: the agent's index by task of the matrix. Every agent gets a lane, empty or not, in input order; moves are in the
 * order of the pending tasks. A row's end is predicted at the median time of one attempt × observed pace × expected attempts.
 */
export function assemblePlan(input: PlanInput, etc: EtcMatrix, agentOf: Int32Array): Plan {
  const tasksOn = input.agents.map((): number[] => []);
  agentOf.forEach((agent, task) => tasksOn[agent]!.push(task));
  const lanes = input.agents.map(({ agent, free_at }, index): Lane => {
    const ordered = tasksOn[index]!.map((task) => ({
      index: task,
      task_id: etc.tasks[task]!.task.task_id,
      priority: etc.tasks[task]!.task.priority,
      expectedMs: timeOf(etc.expected, task, index),
    })).sort(byUrgency);
    const rows = runLanes(ordered, free_at).map(({ task, startMs, endMs }) =>
      planRow(input, etc.tasks[task.index]!, index, startMs, endMs),
    );
    return { agent_id: agent.agent_id, rows };
  });
  const makespan_ms = lanes.reduce((max, { rows }) => rows.reduce((end, row) => Math.max(end, row.end_ms), max), 0);
  return {
    version: input.version,
    lanes,
    moves: movesOf(input, etc, agentOf),
    unplaceable: etc.unplaceable,
    makespan_ms,
  };
}

function planRow(input: PlanInput, pending: PendingTask, agent: number, start: number, end: number): PlanRow {
  const { agent_id } = input.agents[agent]!.agent;
  const estimate = input.estimate(pending.task, agent_id);
  invariant(estimate, `task ${pending.task.task_id} may not go to ${agent_id}`);
  const { declared, predicted_success, declared_ms, predicted_ms } = estimate;
  return {
    task_id: pending.task.task_id,
    agent_id,
    priority: pending.task.priority,
    risk_level: pending.task.risk_level,
    declared,
    predicted_success,
    confidence: confidenceOf(estimate),
    declared_ms,
    predicted_ms,
    start_ms: start,
    end_ms: end,
    attempts_used: pending.attempts_used,
    attempts_here: pending.attempts_on[agent_id] ?? 0,
  };
}

function movesOf(input: PlanInput, etc: EtcMatrix, agentOf: Int32Array): Move[] {
  return etc.tasks.flatMap(({ task, from_agent, move_reason }, index): Move[] => {
    const to_agent = input.agents[agentOf[index]!]!.agent.agent_id;
    if (from_agent === null || from_agent === to_agent) return [];
    const reason = move_reason ?? 'load_rebalance';
    return [{ task_id: task.task_id, from_agent, to_agent, reason, plan_version: input.version }];
  });
}
