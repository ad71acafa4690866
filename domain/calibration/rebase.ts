/**
 * Time evidence is kept as observed ÷ declared. When upstream declares other times for the same tasks, the evidence has to
 * be held against the new ones, or a correction would count twice: once in what is declared, once in what was learned.
 */
import { groupBy } from '../model/group-by.ts';
import type { Prediction, RiskLevel, Task } from '../model/task.ts';
import { RISK_LEVELS } from '../model/task.ts';
import { agentCells, ofAgent, type AgentCells, type CalibrationState, type TypeCells } from './state.ts';
import { UNTYPED } from './task-types.ts';

/** What was declared of tasks when the evidence was gathered, and what is declared of them now. */
export interface Redeclared {
  before: readonly Prediction[];
  now: readonly Prediction[];
  tasks: ReadonlyMap<string, Pick<Task, 'risk_level' | 'task_type'>>;
}

/** Below this, a logarithm is what rounding leaves. */
const SHIFT_MIN = 1e-9;

/**
 * The state with every agent's log-times moved by the mean of ln(before ÷ now), over the tasks declared of the agent both
 * times, per risk level; a level without such tasks moves as all of them together. What is left over of a type's tasks moves
 * by what they moved more than their levels. Without common tasks, or with none declared otherwise, it is the same state.
 */
export function rebase(state: CalibrationState, redeclared: Redeclared): CalibrationState {
  const { before, now, tasks } = redeclared;
  const earlier = timesByTask(before);
  const later = timesByTask(now);
  const shifts = new Map(Object.keys(state.agents).map((id) => [id, shiftsOf(id, earlier, later, tasks)]));
  const moves = ({ byRisk, byType }: Shifts) =>
    [...byRisk.values(), ...byType.values()].some((shift) => Math.abs(shift) > SHIFT_MIN);
  if (![...shifts.values()].some(moves)) return state;
  return {
    ...state,
    agents: Object.fromEntries(
      Object.keys(state.agents).map((id) => [id, movedCells(agentCells(state, id)!, shifts.get(id)!)]),
    ),
    types: Object.fromEntries(
      Object.keys(state.types).map((id) => [id, movedTypes(ofAgent(state.types, id)!, shifts.get(id))]),
    ),
  };
}

type Times = Map<string, Map<string | null, number>>;

function timesByTask(predictions: readonly Prediction[]): Times {
  const times: Times = new Map();
  for (const { task_id, agent_id, execution_time_ms } of predictions) {
    let rows = times.get(task_id);
    if (!rows) times.set(task_id, (rows = new Map()));
    rows.set(agent_id, execution_time_ms);
  }
  return times;
}

/** Means of ln(before ÷ now); a level without common tasks is absent. `byType`: of what is beyond the level's. */
interface Shifts {
  all: number;
  byRisk: Map<RiskLevel, number>;
  byType: Map<string, number>;
}

function shiftsOf(agentId: string, earlier: Times, later: Times, tasks: Redeclared['tasks']): Shifts {
  const shifts: { risk: RiskLevel; type: string | null; by: number }[] = [];
  for (const [task, rows] of earlier) {
    const then = rows.get(agentId) ?? rows.get(null);
    const rowsNow = later.get(task);
    const now = rowsNow?.get(agentId) ?? rowsNow?.get(null);
    if (then === undefined || now === undefined) continue;
    const { risk_level: risk, task_type: type } = tasks.get(task) ?? { risk_level: 'UNKNOWN', task_type: null };
    shifts.push({ risk, type, by: Math.log(then / now) });
  }
  const byRisk = meansBy(shifts, ({ risk, by }) => [risk, by]);
  const typed = shifts.map(({ risk, type, by }) => ({ type: type ?? UNTYPED, by: by - byRisk.get(risk)! }));
  return { all: mean(shifts.map(({ by }) => by)), byRisk, byType: meansBy(typed, ({ type, by }) => [type, by]) };
}

function meansBy<Row, Key>(rows: readonly Row[], read: (row: Row) => [Key, number]): Map<Key, number> {
  const groups = groupBy(rows.map(read), ([key]) => key);
  return new Map([...groups].map(([key, group]) => [key, mean(group.map(([, value]) => value))]));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of y + s: the sum is Σy + n·s, the sum of squares Σy² + 2s·Σy + n·s². */
function movedCells(cells: AgentCells, { all, byRisk }: Shifts): AgentCells {
  const moved: AgentCells = {};
  for (const risk of RISK_LEVELS) {
    const cell = cells[risk];
    if (cell === undefined) continue;
    const shift = byRisk.get(risk) ?? all;
    const { time_n: n, time_sum: sum, time_sum_sq: squares } = cell;
    moved[risk] = { ...cell, time_sum: sum + n * shift, time_sum_sq: squares + 2 * shift * sum + n * shift * shift };
  }
  return moved;
}

function movedTypes(cells: TypeCells, shifts: Shifts | undefined): TypeCells {
  return Object.fromEntries(
    Object.entries(cells).map(([type, cell]) => {
      const shift = shifts?.byType.get(type) ?? 0;
      return [type, { ...cell, time_sum: cell.time_sum + cell.time_n * shift }];
    }),
  );
}
