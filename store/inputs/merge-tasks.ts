import type { PredictedSchedule, PredictedTask } from '../../contracts/input-records.ts';
import type { Json, Prediction, RiskLevel, Task } from '../../domain/model/task.ts';

/** Priority of a task that nobody gave one: neither first nor last among the usual 1–5. */
export const DEFAULT_PRIORITY = 3;

/** What the gate asks of each level, least first: rows that differ are read as the strictest of them. */
const STRICTNESS: Record<RiskLevel, number> = { LOW: 0, MEDIUM: 1, UNKNOWN: 2, HIGH: 3 };

export interface MergedTasks {
  tasks: Task[];
  predictions: Prediction[];
  /** Prediction rows that a later row of the same task and agent replaced. */
  duplicates: number;
  /** Tasks that a schedule names and nobody predicted: they are not in the backlog. */
  scheduledOnly: number;
}

/**
 * The backlog, in the order in which tasks are first met. Rows come in reading order: the top-level file, then
 * `wave_N/agent_M`. Of rows with the same task and agent the last counts, within a file and across the two layouts. The
 * schedule's last row of a task gives its wave and, where it has one, its priority. What else the surviving rows say of
 * a task is taken from the last that says it; of their risks the strictest is taken. `unitMs` is the length of the
 * predictions' unit of time in milliseconds.
 */
export function mergeTasks(
  rows: readonly PredictedTask[],
  schedule: readonly PredictedSchedule[],
  unitMs: number,
): MergedTasks {
  const byTask = new Map<string, Map<string, PredictedTask>>();
  let duplicates = 0;
  for (const row of rows) {
    const ofTask = byTask.get(row.task_id) ?? new Map<string, PredictedTask>();
    byTask.set(row.task_id, ofTask);
    const agent = row.agent_id ?? '';
    if (ofTask.has(agent)) duplicates++;
    ofTask.set(agent, row);
  }
  const scheduled = new Map<string, PredictedSchedule>();
  for (const row of schedule) scheduled.set(row.task_id, row);

  const tasks: Task[] = [];
  const predictions: Prediction[] = [];
  for (const [taskId, ofTask] of byTask) {
    tasks.push(mergedTask(taskId, [...ofTask.values()], scheduled.get(taskId)));
    for (const row of ofTask.values()) {
      predictions.push({
        task_id: taskId,
        agent_id: row.agent_id,
        success_probability: row.predicted_success_probability,
        confidence_delta: row.confidence_delta_estimate ?? 0,
        execution_time_ms: row.predicted_execution_time * unitMs,
      });
    }
  }
  const scheduledOnly = [...scheduled.keys()].filter((id) => !byTask.has(id)).length;
  return { tasks, predictions, duplicates, scheduledOnly };
}

function mergedTask(taskId: string, rows: readonly PredictedTask[], plan: PredictedSchedule | undefined): Task {
  let priority: number | null = null;
  let risk: RiskLevel | null = null;
  let taskType: string | null = null;
  let capabilities: string[] = [];
  let payload: Json = null;
  for (const row of rows) {
    priority = row.priority ?? priority;
    taskType = row.task_type ?? taskType;
    if (row.capabilities.length > 0) capabilities = row.capabilities;
    payload = row.payload ?? payload;
    if (row.risk_level !== null && (risk === null || STRICTNESS[row.risk_level] > STRICTNESS[risk])) {
      risk = row.risk_level;
    }
  }
  return {
    task_id: taskId,
    wave: plan?.wave ?? null,
    priority: plan?.priority ?? priority ?? DEFAULT_PRIORITY,
    risk_level: risk ?? 'UNKNOWN',
    task_type: taskType,
    capabilities: [...new Set(capabilities)].sort(),
    payload,
    generation: 1,
  };
}
