/**
 * Time evidence is kept as observed ÷ declared. When upstream declares other times for the same tasks, the evidence has to
 * be held against the new ones, or a correction would count twice: once in what is declared, once in what was learned.
 */
import type { Prediction, RiskLevel } from '../model/task.ts';
import { RISK_LEVELS } from '../model/task.ts';
import { agentCells, type AgentCells, type CalibrationState } from './state.ts';

/** What was declared of tasks when the evidence was gathered, and what is declared of them now. */
export interface Redeclared {
  before: readonly Prediction[];
  now: readonly Prediction[];
  risks: ReadonlyMap<string, RiskLevel>;
}

/** Below this, a logarithm is what rounding leaves. */
const SHIFT_MIN = 1e-9;

/**
 * The state with every agent's log-times moved by the mean of ln(before ÷ now), over the tasks declared of the agent both
 * times, per risk level; a level without such tasks moves as all of them together. Without common tasks, or with none
 * declared otherwise, it is the same state.
 */
export function rebase(state: CalibrationState, redeclared: Redeclared): CalibrationState {
  const { before, now, risks } = redeclared;
  const earlier = timesByTask(before);
  const later = timesByTask(now);
  const shifts = new Map(Object.keys(state.agents).map((id) => [id, shiftsOf(id, earlier, later, risks)]));
  const moves = ({ byRisk }: Shifts) => [...byRisk.values()].some((shift) => Math.abs(shift) > SHIFT_MIN);
  if (![...shifts.values()].some(moves)) return state;
  return {
    ...state,
    agents: Object.fromEntries(
      Object.keys(state.agents).map((id) => [id, movedCells(agentCells(state, id)!, shifts.get(id)!)]),
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

/** Means of ln(before ÷ now); a level without common tasks is absent. */
interface Shifts {
  all: number;
  byRisk: Map<RiskLevel, number>;
}

function shiftsOf(agentId: string, earlier: Times, later: Times, risks: Redeclared['risks']): Shifts {
  const shifts = new Map<RiskLevel, number[]>();
  for (const [task, rows] of earlier) {
    const then = rows.get(agentId) ?? rows.get(null);
    const rowsNow = later.get(task);
    const now = rowsNow?.get(agentId) ?? rowsNow?.get(null);
    if (then === undefined || now === undefined) continue;
    const risk = risks.get(task) ?? 'UNKNOWN';
    const ofRisk = shifts.get(risk) ?? [];
    shifts.set(risk, ofRisk);
    ofRisk.push(Math.log(then / now));
  }
  const all = mean([...shifts.values()].flat());
  return { all, byRisk: new Map([...shifts].map(([risk, values]) => [risk, mean(values)])) };
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
