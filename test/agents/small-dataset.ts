/** A dataset of plain tasks of low risk for agents of any kind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface SmallDataset {
  tasks: number;
  /** Milliseconds that upstream predicts for each. */
  predictedMs: number;
  /** Content of `phase22/agents.json`. */
  fleet: unknown;
  /** Further files, by path. */
  files?: Record<string, string>;
}

/** Writes the dataset; answers with the ids of its tasks, sorted. */
export function writeSmallDataset(folder: string, { tasks, predictedMs, fleet, files = {} }: SmallDataset): string[] {
  const ids = Array.from({ length: tasks }, (_, index) => `t_${String(index + 1).padStart(3, '0')}`);
  const predicted = ids.map((task_id) => ({
    task_id,
    predicted_success_probability: 0.97,
    predicted_execution_time: predictedMs,
    risk_level: 'LOW',
    priority: 1,
    payload: { text: `the words of ${task_id}` },
  }));
  const all = {
    ...files,
    'phase20/predicted_tasks.jsonl': predicted.map((row) => `${JSON.stringify(row)}\n`).join(''),
    'phase22/agents.json': JSON.stringify(fleet),
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return ids;
}
