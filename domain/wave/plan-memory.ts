/** What is known of a wave's tasks after each plan version, beside the accepted lines: cumulative, one JSON value. */
import type { PlannedReport } from '../dispatch/protocol.ts';
import type { OpenRequest } from '../dispatch/state.ts';
import type { PlannedEnd } from '../model/evidence.ts';
import type { PlanRow } from '../model/plan.ts';
import { expectedAttempts } from '../scheduling/expected-attempts.ts';
import type { GateStageResult } from './gate-stage.ts';
import type { PlanStageResult, Settled } from './plan-stage.ts';
import type { WaveSettings } from './settings.ts';

export interface PlanMemory {
  version: number;
  settled: Settled;
  /** Tasks that the gate let run. */
  released: string[];
  /** The agent that the latest plan gave each task. */
  assigned: Record<string, string>;
  /** Where each released task stood when it was first released, and when it should have ended after the release. */
  firstPlan: PlannedEnd[];
  /** The latest end in `firstPlan`. */
  firstPlanMakespanMs: number;
}

export const NO_PLAN: PlanMemory = {
  version: 0,
  settled: {},
  released: [],
  assigned: {},
  firstPlan: [],
  firstPlanMakespanMs: 0,
};

/**
 * The memory after a plan and its gate. `originMs` is when the plan came into force, in milliseconds after the wave's
 * release, pauses taken out.
 */
export function rememberPlan(
  memory: PlanMemory,
  planned: PlanStageResult,
  gate: GateStageResult,
  originMs: number,
): PlanMemory {
  const assigned = { ...memory.assigned };
  for (const lane of planned.plan.lanes) {
    for (const row of lane.rows) if (!row.copy) assigned[row.task_id] = row.agent_id;
  }
  const first = gate.newlyReleased.map((row) => ({
    task_id: row.task_id,
    agent_id: row.agent_id,
    end_ms: originMs + row.end_ms,
  }));
  return {
    version: planned.plan.version,
    settled: gate.settled,
    released: [...memory.released, ...first.map((row) => row.task_id)],
    assigned,
    firstPlan: [...memory.firstPlan, ...first],
    firstPlanMakespanMs: first.reduce((latest, row) => Math.max(latest, row.end_ms), memory.firstPlanMakespanMs),
  };
}

export function reportPlan(
  memory: PlanMemory,
  planned: PlanStageResult,
  gate: GateStageResult,
  requests: OpenRequest[],
  tasks: number,
  settings: Pick<WaveSettings, 'parameters' | 'limits'>,
): PlannedReport {
  const settled = Object.values(memory.settled);
  return {
    version: memory.version,
    tasks,
    lanes: gate.lanes.map(({ agent_id, rows }) => ({
      agentId: agent_id,
      size: rows.length,
      totalMs: Math.round(rows.reduce((sum, row) => sum + withRepeatsMs(row, settings), 0)),
    })),
    released: memory.released.length,
    deferred: settled.filter((how) => how === 'deferred').length,
    rejected: settled.filter((how) => how === 'rejected').length,
    dead: planned.dead.length,
    moves: planned.plan.moves.length,
    stranded: planned.stranded.length,
    uncovered: Math.max(0, (planned.copied_rows ?? 0) - gate.lanes.reduce((sum, { rows }) => sum + rows.length, 0)),
    requests,
  };
}

/** With as many repeats as the row may have where it is; a second copy is tried once. */
function withRepeatsMs(row: PlanRow, { parameters, limits }: Pick<WaveSettings, 'parameters' | 'limits'>): number {
  const here = (parameters[row.agent_id]?.retry_threshold ?? 1) - row.attempts_here;
  const attempts = row.copy ? 1 : Math.max(1, Math.min(here, limits.maxAttempts - row.attempts_used));
  return row.predicted_ms * expectedAttempts(row.predicted_success, attempts);
}
