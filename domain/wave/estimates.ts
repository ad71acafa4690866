/** What the calibrated model expects of each task on each agent. */
import type { CalibrationState } from '../calibration/state.ts';
import { predictSuccess } from '../calibration/success.ts';
import { predictTime } from '../calibration/time.ts';
import type { TunedParameters, WaveKnobs } from '../model/agent.ts';
import type { Prediction, Task } from '../model/task.ts';
import type { Estimate, TaskKind } from '../scheduling/plan-wave.ts';

export interface Estimator {
  /** Null: nobody predicted the task on that agent. */
  (task: Task, agentId: string): Estimate | null;
  /** Which tasks it answers alike for, but for their sizes; absent: for none. */
  kindOf?: (task: Task) => TaskKind | null;
}

/** Declared predictions by task and agent; the row without an agent holds for every agent that has none of its own. */
export type PredictionTable = Map<string, Map<string | null, Prediction>>;

export function predictionTable(predictions: Iterable<Prediction>): PredictionTable {
  const table: PredictionTable = new Map();
  for (const prediction of predictions) {
    let rows = table.get(prediction.task_id);
    if (!rows) table.set(prediction.task_id, (rows = new Map()));
    rows.set(prediction.agent_id, prediction);
  }
  return table;
}

export interface EstimatorInput {
  /** As declared: what the gate holds against its thresholds. */
  declared: PredictionTable;
  /** As raised or lowered by heuristics: what planning and calibration start from. */
  adjusted: PredictionTable;
  calibration: CalibrationState;
  parameters: Record<string, TunedParameters>;
  knobs: WaveKnobs;
}

const CACHE_MAX = 1_000_000;

/** An estimator; null for a task that nobody predicted on that agent. Answers are kept. */
export function createEstimator(input: EstimatorInput): Estimator {
  const cache = new Map<string, Estimate | null>();
  const estimate = (task: Task, agentId: string) => {
    const key = `${task.task_id}\u0000${agentId}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const computed = computeEstimate(input, task, agentId);
    // A Map has its limits, and a plan of many tasks asks for each pair once or twice.
    if (cache.size >= CACHE_MAX) cache.clear();
    cache.set(key, computed);
    return computed;
  };
  return Object.assign(estimate, { kindOf: (task: Task) => kindOf(input, task) });
}

/** Tasks predicted by one row for all agents are alike where risk, type and probabilities are; their declared time is their size. */
function kindOf({ declared, adjusted }: EstimatorInput, { task_id, risk_level, task_type }: Task): TaskKind | null {
  const row = onlyRow(declared, task_id);
  const adjustedRow = adjusted.has(task_id) ? onlyRow(adjusted, task_id) : row;
  if (!row || !adjustedRow) return null;
  const key = JSON.stringify([risk_level, task_type, row.success_probability, adjustedRow.success_probability]);
  return { key, size: row.execution_time_ms };
}

/** The row that holds for every agent, where there is no other. */
function onlyRow(table: PredictionTable, taskId: string): Prediction | null {
  const rows = table.get(taskId);
  return rows?.size === 1 ? (rows.get(null) ?? null) : null;
}

function computeEstimate(input: EstimatorInput, task: Task, agentId: string): Estimate | null {
  const parameters = input.parameters[agentId];
  const declared = rowFor(input.declared, task.task_id, agentId);
  if (!parameters || !declared) return null;
  const adjusted = rowFor(input.adjusted, task.task_id, agentId) ?? declared;
  const { prediction_bias } = input.knobs;
  const success = (probability: number, bias: number) =>
    predictSuccess(input.calibration, {
      agent_id: agentId,
      risk_level: task.risk_level,
      task_type: task.task_type,
      declared: probability,
      confidence_weight: parameters.confidence_weight,
      prediction_bias: bias,
    }).mean;
  const time = predictTime(input.calibration, {
    agent_id: agentId,
    risk_level: task.risk_level,
    task_type: task.task_type,
    declared_ms: declared.execution_time_ms,
    speed_multiplier: parameters.speed_multiplier,
  });
  return {
    declared: declared.success_probability,
    predicted_success: success(adjusted.success_probability, prediction_bias),
    gate_success: success(
      Math.min(declared.success_probability, adjusted.success_probability),
      Math.min(0, prediction_bias),
    ),
    declared_ms: declared.execution_time_ms,
    predicted_ms: time.median_ms,
    level_sd_log: time.level_sd_log,
  };
}

/** The success probability that planning starts from; null where nobody predicted the task on that agent. */
export function adjustedProbability(adjusted: PredictionTable, taskId: string, agentId: string): number | null {
  return rowFor(adjusted, taskId, agentId)?.success_probability ?? null;
}

function rowFor(table: PredictionTable, taskId: string, agentId: string): Prediction | null {
  const rows = table.get(taskId);
  return rows?.get(agentId) ?? rows?.get(null) ?? null;
}
