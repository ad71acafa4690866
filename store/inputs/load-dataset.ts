import { realpath } from 'node:fs/promises';
import type { AgentsFile } from '../../contracts/agents-file.ts';
import { BadInputError } from '../../contracts/bad-input.ts';
import type { Acknowledgement, HeuristicRecord, MultiAgentSummary } from '../../contracts/input-records.ts';
import * as input from '../../contracts/input-records.ts';
import { outcomeSchema } from '../../contracts/outcome-row.ts';
import type { Observation } from '../../domain/calibration/observation.ts';
import type { Prediction, Task } from '../../domain/model/task.ts';
import { DatasetFolder } from './dataset-folder.ts';
import type { FileFacts, Quarantined } from './dataset-reader.ts';
import { DatasetReader } from './dataset-reader.ts';
import type { ExecutionAggregates } from './execution-aggregates.ts';
import { executionAggregates } from './execution-aggregates.ts';
import { readFleet } from './load-fleet.ts';
import { mergeTasks } from './merge-tasks.ts';
import { outcomeEvidence } from './outcome-evidence.ts';

/** Everything that a data set tells, checked and merged. */
export interface DatasetInputs {
  tasks: Task[];
  predictions: Prediction[];
  /** One per task that phase 21 executed. */
  observations: Observation[];
  reinforcement: {
    /** The last value of each. */
    phase20_metrics: Record<string, number>;
    phase20_anomalies: { anomaly_type: string; severity: string }[];
    phase20_signals: { feedback_type: string; confidence: number }[];
    phase21: ExecutionAggregates;
  };
  /** In file order; of a repeated id the last. */
  heuristics: HeuristicRecord[];
  summary: MultiAgentSummary | null;
  /** Acknowledgements of the phases that signals go to. */
  acks: Record<'phase16' | 'phase18' | 'phase20', Acknowledgement[]>;
  agents: AgentsFile | null;
  quarantine: Quarantined[];
  facts: { files: FileFacts[]; joins: DatasetJoins };
}

/** How rows met their counterparts; counts. */
export type DatasetJoins = Record<
  | 'prediction_rows_replaced'
  | 'scheduled_without_prediction'
  | 'outcomes_joined'
  | 'outcomes_unmatched'
  | 'outcomes_without_agent'
  | 'outcomes_deferred',
  number
>;

/** The value of each key, the last of repeated ones. */
function lastByKey<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

/**
 * Reads all input files of a data set's folder, in both layouts: `phaseNN/<file>` first, then `phaseNN/wave_N/agent_M/`
 * in the order of their numbers. Rows that are found in both, or twice in a file, count once: the last read wins. Bad
 * lines come back as `quarantine`, missing files as facts. Throws `BadInputError` for a bad `phase22/agents.json`.
 */
export async function loadDataset(root: string): Promise<DatasetInputs> {
  const folder = new DatasetFolder(await realpath(root));
  const reader = new DatasetReader(folder);
  const agents = await readFleet(folder);
  const unitMs = agents?.executionTimeUnit === 's' ? 1000 : 1;
  const both = async (phase: string, name: string) => [`${phase}/${name}`, ...(await folder.agentFiles(phase, name))];
  const values = <T>(placed: readonly { value: T }[]) => placed.map(({ value }) => value);

  const predicted = await reader.allJsonl(await both('phase20', 'predicted_tasks.jsonl'), input.predictedTaskSchema);
  const schedule = await reader.allJsonl(
    await both('phase20', 'predicted_schedule.jsonl'),
    input.predictedScheduleSchema,
  );
  const merged = mergeTasks(values(predicted), values(schedule), unitMs);
  const outcomes = await reader.allJsonl(await both('phase21', 'execution_outcomes.jsonl'), outcomeSchema);
  const evidence = outcomeEvidence(outcomes, merged.tasks, merged.predictions, unitMs);

  const metrics20 = values(await reader.jsonl('phase20/metrics.jsonl', input.predictionMetricSchema));
  const anomalies20 = values(await reader.jsonl('phase20/anomalies.jsonl', input.predictionAnomalySchema));
  const signals20 = values(await reader.jsonl('phase20/learning_signals.jsonl', input.predictionSignalSchema));
  const metrics21 = values(await reader.jsonl('phase21/metrics.jsonl', input.executionMetricSchema));
  const signals21 = await reader.allJsonl(
    await folder.waveFiles('phase21', 'learning_signals.jsonl'),
    input.executionSignalSchema,
    'phase21/wave_N/learning_signals.jsonl',
  );
  const health21 = await reader.allDocuments(
    await folder.waveFiles('phase21', 'system_health.json'),
    input.executionHealthSchema,
    'phase21/wave_N/system_health.json',
  );
  const heuristics = values(await reader.jsonl('phase16/heuristics.jsonl', input.heuristicSchema));
  const summary = await reader.document('phase18/multi_agent_summary.json', input.multiAgentSummarySchema);
  const acks = async (phase: string) =>
    lastByKey(
      values(await reader.jsonl(`${phase}/phase22_ack.jsonl`, input.acknowledgementSchema)),
      (ack) => ack.signal_id,
    );

  return {
    tasks: merged.tasks,
    predictions: merged.predictions,
    observations: evidence.observations,
    reinforcement: {
      phase20_metrics: Object.fromEntries(metrics20.map((row) => [row.metric_name, row.value])),
      phase20_anomalies: anomalies20.map(({ anomaly_type, severity }) => ({ anomaly_type, severity })),
      phase20_signals: signals20.map(({ feedback_type, confidence }) => ({ feedback_type, confidence })),
      phase21: executionAggregates(metrics21, health21, values(signals21)),
    },
    heuristics: lastByKey(heuristics, (row) => row.heuristic_id),
    summary,
    acks: { phase16: await acks('phase16'), phase18: await acks('phase18'), phase20: await acks('phase20') },
    agents,
    quarantine: reader.quarantine,
    facts: {
      files: reader.facts(),
      joins: {
        prediction_rows_replaced: merged.duplicates,
        scheduled_without_prediction: merged.scheduledOnly,
        outcomes_joined: evidence.joined,
        outcomes_unmatched: evidence.unmatched,
        outcomes_without_agent: evidence.withoutAgent,
        outcomes_deferred: evidence.deferred,
      },
    },
  };
}

/** Throws `BadInputError` where a data set has no valid task: a run would have nothing to plan. */
export function requireTasks(inputs: DatasetInputs): void {
  if (inputs.tasks.length > 0) return;
  const refused = inputs.quarantine.filter(({ file }) => file.endsWith('/predicted_tasks.jsonl'));
  const first = refused[0];
  const found =
    first === undefined
      ? 'no task at all'
      : `${refused.length} refused lines, the first ${first.file} line ${first.line}: ${first.reason}`;
  throw new BadInputError([
    { field: 'phase20/predicted_tasks.jsonl', value: found, expected: 'at least one valid predicted task' },
  ]);
}
