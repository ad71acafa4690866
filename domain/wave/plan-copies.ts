/** Plans second copies of a straggler's open tasks, on other agents that are declared idempotent. */
import type { AttemptLine } from '../model/outcome.ts';
import type { LaneRow } from '../model/plan.ts';
import { planWave } from '../scheduling/plan-wave.ts';
import type { PlanStageInput, PlanStageResult } from './plan-stage.ts';
import { wavePlanInput } from './plan-stage.ts';

export interface StragglerRows {
  agent_id: string;
  /** Its chunk's rows, and what its executor has written so far. */
  rows: LaneRow[];
  lines: AttemptLine[];
  /** So many copies at most; the first rows come first. */
  copiesMax: number;
}

/** A plan of copies only; nothing in it is a move, and what finds no other agent is left to the straggler. */
export function planCopies(input: PlanStageInput, straggler: StragglerRows): PlanStageResult {
  const done = new Set(straggler.lines.flatMap(({ task_id, verdict }) => (verdict === 'retry' ? [] : [task_id])));
  const open = straggler.rows.filter((row) => !done.has(row.task_id) && !input.book.get(row.task_id)?.end);
  const agents = new Set(
    input.settings.agents.flatMap(({ agent_id, idempotent }) =>
      idempotent && agent_id !== straggler.agent_id ? [agent_id] : [],
    ),
  );
  const up = new Set(
    input.agents.flatMap(({ agent_id, up: isUp }) => (isUp && agents.has(agent_id) ? [agent_id] : [])),
  );
  const pending = open.slice(0, straggler.copiesMax).map(({ task }) => {
    const entry = input.book.get(task.task_id);
    return {
      task,
      attempts_used: entry?.attemptsUsed ?? 0,
      attempts_on: entry?.attemptsOn ?? {},
      from_agent: null,
      move_reason: null,
    };
  });
  const plan = planWave(wavePlanInput(input, pending, up));
  const lanes = plan.lanes.map((lane) => ({
    ...lane,
    rows: lane.rows.map((row) => ({ ...row, copy: true as const })),
  }));
  return { plan: { ...plan, lanes, unplaceable: [] }, stranded: [], dead: [], copied_rows: open.length };
}
