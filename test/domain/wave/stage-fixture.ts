/** Plan and gate stages by hand: agents `a`, `b`, `c` that are up and idle, and lines with a verdict. */
import { openTaskBook } from '../../../domain/dispatch/task-book.ts';
import type { TaskBook } from '../../../domain/dispatch/task-book.ts';
import type { AttemptLine } from '../../../domain/model/outcome.ts';
import type { GateStageInput, GateStageResult } from '../../../domain/wave/gate-stage.ts';
import { gateStage } from '../../../domain/wave/gate-stage.ts';
import type { AgentAvailability, PlanStageInput, PlanStageResult } from '../../../domain/wave/plan-stage.ts';
import { planStage } from '../../../domain/wave/plan-stage.ts';
import { agent, estimator, settings, tasks } from '../../simulation/small-wave.ts';

export const FLEET = [agent('a'), agent('b'), agent('c')];

export function availabilities(down: string[] = []): AgentAvailability[] {
  return FLEET.map(({ agent_id }) => ({ agent_id, up: !down.includes(agent_id), failing: false, pace: 1, busy_ms: 0 }));
}

/** A first plan of three LOW tasks, unless `change` says otherwise. */
export function planInput(change: Partial<PlanStageInput> = {}): PlanStageInput {
  return {
    settings: settings(FLEET),
    version: 1,
    reason: 'first',
    tasks: tasks(3),
    book: new Map(),
    covered: new Set(),
    settled: {},
    assigned: {},
    agents: availabilities(),
    answers: {},
    estimate: estimator(),
    elapsedMs: 0,
    ...change,
  };
}

/** Plans, and passes the plan through the gate. */
export function planAndGate(
  input: PlanStageInput,
  released: string[] = [],
): { planned: PlanStageResult; gate: GateStageResult; gateInput: GateStageInput } {
  const planned = planStage(input);
  const gateInput = { ...input, plan: planned.plan, dead: planned.dead, released: new Set(released) };
  return { planned, gate: gateStage(gateInput), gateInput };
}

export function line(
  task_id: string,
  agent_id: string,
  verdict: AttemptLine['verdict'],
  change: Partial<AttemptLine> = {},
): AttemptLine {
  return {
    position: 0,
    task_id,
    agent_id,
    plan_version: 1,
    risk_level: 'LOW',
    task_type: null,
    attempt: 1,
    status: verdict === 'completed' ? 'completed' : 'failed',
    verdict,
    started_at: 1_000,
    finished_at: 2_000,
    confidence: 0.95,
    threshold: 0.5,
    speed_multiplier: 1,
    declared: 0.95,
    declared_ms: 1000,
    predicted_ms: 1000,
    agent_confidence: null,
    cost: null,
    error: null,
    output: null,
    output_ref: null,
    output_sha256: null,
    idempotency_key: `demo/${task_id}/1`,
    ...change,
  };
}

/** `tries`: agent and verdict of each attempt, by task. */
export function book(tries: Record<string, [string, AttemptLine['verdict']][]>): TaskBook {
  return openTaskBook(
    Object.entries(tries).flatMap(([task_id, list]) =>
      list.map(([agent_id, verdict], index) => line(task_id, agent_id, verdict, { attempt: index + 1 })),
    ),
  );
}

/** Where each planned task is. */
export function placed(result: PlanStageResult): Record<string, string> {
  return Object.fromEntries(
    result.plan.lanes.flatMap(({ agent_id, rows }) => rows.map(({ task_id }) => [task_id, agent_id])),
  );
}
