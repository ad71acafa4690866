/** Turns an assignment of tasks to agents into a plan: order, times, moves. */
import { invariant } from '../model/invariant.ts';
import type { Lane, Move, Plan, PlanRow } from '../model/plan.ts';
import type { EtcMatrix } from './etc-matrix.ts';
import { timeOf } from './expected-times.ts';
import { confidenceOf } from './eligibility.ts';
import type { Lanes } from './lanes.ts';
import { agentsOf, lanesByAgent } from './lanes.ts';
import type { PendingTask, PlanInput } from './plan-wave.ts';
import type { TimelineTask } from './timeline.ts';
import { agentTimeline } from './timeline.ts';

/**
 * Every agent gets its rows, empty or not, in input order; moves are in the order of the pending tasks. A row's end is predicted at
 * the median time of one attempt × observed pace × expected attempts.
 */
export function assemblePlan(input: PlanInput, etc: EtcMatrix, lanes: Lanes, laneOf: Int32Array): Plan {
  const tasksOn = lanes.agentOf.map((): TimelineTask[] => []);
  laneOf.forEach((lane, index) => {
    const { task_id, priority } = etc.tasks[index]!.task;
    tasksOn[lane]!.push({ index, task_id, priority, expectedMs: timeOf(etc.expected, index, lanes.agentOf[lane]!) });
  });
  const lanesOf = lanesByAgent(input.agents.length, lanes);
  const planned = input.agents.map(({ agent }, index): Lane => {
    const own = lanesOf[index]!.map((lane) => ({ freeAtMs: lanes.freeAt[lane]!, tasks: tasksOn[lane]! }));
    const rows = agentTimeline(own).map(({ task, startMs, endMs }) =>
      planRow(input, etc.tasks[task.index]!, index, startMs, endMs),
    );
    return { agent_id: agent.agent_id, rows };
  });
  const makespan_ms = planned.reduce((max, { rows }) => rows.reduce((end, row) => Math.max(end, row.end_ms), max), 0);
  return {
    version: input.version,
    lanes: planned,
    moves: movesOf(input, etc, agentsOf(laneOf, lanes)),
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
