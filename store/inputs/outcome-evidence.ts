import type { OutcomeRow } from '../../contracts/outcome-row.ts';
import type { Observation } from '../../domain/calibration/observation.ts';
import type { Prediction, Task } from '../../domain/model/task.ts';
import type { Placed } from './dataset-reader.ts';
import { placeOf } from './dataset-folder.ts';

export interface OutcomeEvidence {
  observations: Observation[];
  /** Outcomes whose task was predicted, and those whose was not. */
  joined: number;
  unmatched: number;
  /** Outcomes that no agent can be held to, and those that a gate held back: no evidence. */
  withoutAgent: number;
  deferred: number;
}

/**
 * One observation per task of phase 21. The last row of a task, in reading order, is its outcome; failures of the same
 * agent right before it in the same file are its earlier attempts, where the row itself does not count more. A row
 * without `agent_id` in a `wave_N/agent_M` folder belongs to that agent. Risk, type and declared time come from the
 * predictions where the ids match.
 */
export function outcomeEvidence(
  rows: readonly Placed<OutcomeRow>[],
  tasks: readonly Task[],
  predictions: readonly Prediction[],
  unitMs: number,
): OutcomeEvidence {
  const known = new Map(tasks.map((task) => [task.task_id, task]));
  const declared = new Map(predictions.map((row) => [pair(row.task_id, row.agent_id), row.execution_time_ms]));
  const evidence: OutcomeEvidence = { observations: [], joined: 0, unmatched: 0, withoutAgent: 0, deferred: 0 };
  for (const { row, agent, attempts } of lastOutcomes(rows)) {
    const task = known.get(row.task_id);
    if (task === undefined) evidence.unmatched++;
    else evidence.joined++;
    if (row.deferred) evidence.deferred++;
    else if (agent === null) evidence.withoutAgent++;
    else {
      evidence.observations.push({
        agent_id: agent,
        risk_level: task?.risk_level ?? 'UNKNOWN',
        task_type: task?.task_type ?? null,
        attempts,
        success: row.success,
        execution_time_ms: row.execution_time_ms ?? (row.execution_time === null ? null : row.execution_time * unitMs),
        declared_ms: declared.get(pair(row.task_id, agent)) ?? declared.get(pair(row.task_id, null)) ?? null,
        speed_multiplier: 1,
      });
    }
  }
  return evidence;
}

const pair = (task: string, agent: string | null) => `${task}\u0000${agent ?? ''}`;

interface LastOutcome {
  row: OutcomeRow;
  agent: string | null;
  attempts: number;
  file: string;
  /** Failed rows in sequence, this one included while it failed. */
  failures: number;
}

function lastOutcomes(rows: readonly Placed<OutcomeRow>[]): Iterable<LastOutcome> {
  const last = new Map<string, LastOutcome>();
  for (const { value: row, file } of rows) {
    const agent = row.agent_id ?? placeOf(file).agent_id;
    const before = last.get(row.task_id);
    const follows = before !== undefined && before.file === file && before.agent === agent;
    const failedBefore = follows ? before.failures : 0;
    const failed = !row.success && !row.deferred;
    last.set(row.task_id, {
      row,
      agent,
      attempts: Math.max(row.attempts, failedBefore + 1),
      file,
      failures: failed ? failedBefore + 1 : 0,
    });
  }
  return last.values();
}
