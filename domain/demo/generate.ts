/** The demo data set: every input file that the neighbouring phases write, made from a seed. */
import { invariant } from '../model/invariant.ts';
import type { Json } from '../model/task.ts';
import { coordinationSummary } from './coordination-summary.ts';
import {
  executionHealth,
  executionMetrics,
  executionOutcomes,
  executionSignals,
  HISTORY_WAVES,
} from './execution-history.ts';
import { demoFleet, fleetFile } from './fleet.ts';
import { demoHeuristics } from './heuristics.ts';
import { predictionAnomalies, predictionHealth, predictionMetrics, predictionSignals } from './prediction-reports.ts';
import { predictionKey, predictTask, scheduleWave, type PredictionRow, type ScheduleRow } from './predictions.ts';
import { demoTasks } from './tasks.ts';

export interface DemoOptions {
  waves: number;
  /** Per wave. */
  tasks: number;
  agents: number;
  seed: number;
}

export const DEMO_DEFAULTS: DemoOptions = { waves: 3, tasks: 240, agents: 6, seed: 22 };

/** `path` below the data set's folder; a list for `jsonl`, one document for `json`. */
export type DemoFile = { path: string; kind: 'jsonl'; records: Json[] } | { path: string; kind: 'json'; records: Json };

/**
 * All files, in a fixed order. The same options give the same files. Phase 20's tasks and schedule are there twice, as
 * upstream leaves them: whole at the top, and split by wave and agent.
 */
export function generateDemo(options: DemoOptions): DemoFile[] {
  for (const name of ['waves', 'tasks', 'agents'] as const) {
    invariant(Number.isInteger(options[name]) && options[name] >= 1, `${name} is ${options[name]}, expected ≥ 1`);
  }
  const { seed } = options;
  const fleet = demoFleet(options.agents, seed);
  return [
    { path: 'phase16/heuristics.jsonl', kind: 'jsonl', records: demoHeuristics(seed) },
    {
      path: 'phase18/multi_agent_summary.json',
      kind: 'json',
      records: coordinationSummary(fleet, HISTORY_WAVES.length, seed),
    },
    ...predictionFiles(options),
    { path: 'phase20/metrics.jsonl', kind: 'jsonl', records: predictionMetrics(seed) },
    { path: 'phase20/anomalies.jsonl', kind: 'jsonl', records: predictionAnomalies(seed) },
    { path: 'phase20/learning_signals.jsonl', kind: 'jsonl', records: predictionSignals(seed) },
    { path: 'phase20/system_health.json', kind: 'json', records: predictionHealth(seed) },
    ...executionOutcomes(fleet, seed).map((file): DemoFile => ({ ...file, kind: 'jsonl' })),
    { path: 'phase21/metrics.jsonl', kind: 'jsonl', records: executionMetrics(seed) },
    ...HISTORY_WAVES.flatMap((wave): DemoFile[] => [
      {
        path: `phase21/wave_${wave}/learning_signals.jsonl`,
        kind: 'jsonl',
        records: executionSignals(fleet, seed, wave),
      },
      { path: `phase21/wave_${wave}/system_health.json`, kind: 'json', records: executionHealth(seed, wave) },
    ]),
    { path: 'phase22/agents.json', kind: 'json', records: fleetFile(fleet) },
  ];
}

function predictionFiles(options: DemoOptions): DemoFile[] {
  const { seed } = options;
  const fleet = demoFleet(options.agents, seed);
  const allPredictions: PredictionRow[] = [];
  const allSchedule: ScheduleRow[] = [];
  const split: DemoFile[] = [];
  const clocks = new Map<string, number>();
  for (let wave = 1; wave <= options.waves; wave++) {
    const tasks = demoTasks(wave, options.tasks, seed);
    const firstRow = allPredictions.length;
    const predictions = fleet.flatMap((agent, a) =>
      tasks.map((task, t) => predictTask(task, agent, seed, firstRow + a * tasks.length + t)),
    );
    const byKey = new Map(predictions.map((row) => [predictionKey(row.task_id, row.agent_id), row]));
    const schedule = scheduleWave(tasks, fleet, byKey, clocks, seed);
    allPredictions.push(...predictions);
    allSchedule.push(...schedule);
    for (const { agent_id } of fleet) {
      const own = <Row extends { agent_id: string }>(rows: readonly Row[]) =>
        rows.filter((row) => row.agent_id === agent_id);
      const folder = `phase20/wave_${wave}/${agent_id}`;
      split.push({ path: `${folder}/predicted_tasks.jsonl`, kind: 'jsonl', records: own(predictions) });
      split.push({ path: `${folder}/predicted_schedule.jsonl`, kind: 'jsonl', records: own(schedule) });
    }
  }
  return [
    { path: 'phase20/predicted_tasks.jsonl', kind: 'jsonl', records: allPredictions },
    { path: 'phase20/predicted_schedule.jsonl', kind: 'jsonl', records: allSchedule },
    ...split,
  ];
}
