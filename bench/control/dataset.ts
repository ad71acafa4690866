/** Datasets for the benchmark of control: agents that never fail, and tasks whose lengths are known. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../domain/model/random.ts';
import type { RiskLevel } from '../../domain/model/task.ts';

export interface ControlDataset {
  agents: number;
  waves: number;
  /** Per wave and risk level. */
  tasks: number;
  risks: readonly RiskLevel[];
  /** Lengths are drawn evenly from this span, milliseconds. */
  lengthMs: readonly [number, number];
  seed: number;
}

/** Above every threshold of the gate, raised or not. */
const DECLARED_SUCCESS = 0.98;

/** Writes the dataset. Names of tasks are `<risk>_<wave>_<number>`. */
export function writeControlDataset(folder: string, options: ControlDataset): void {
  const { agents, waves, tasks, risks, lengthMs, seed } = options;
  const [shortest, longest] = lengthMs;
  const random = seededRandom('control dataset', seed);
  const predictions: object[] = [];
  const schedule: object[] = [];
  for (let wave = 1; wave <= waves; wave++) {
    for (const risk of risks) {
      for (let number = 1; number <= tasks; number++) {
        const task_id = `${risk}_${wave}_${number}`;
        predictions.push({
          task_id,
          predicted_success_probability: DECLARED_SUCCESS,
          predicted_execution_time: shortest + (longest - shortest) * random(),
          risk_assessment: risk,
        });
        schedule.push({ task_id, wave });
      }
    }
  }
  const fleet = Array.from({ length: agents }, (_, index) => {
    return { agent_id: `agent_${index}`, kind: 'simulated', slots: 4, seed: seed + index, speed: 1, reliability: 1 };
  });
  mkdirSync(join(folder, 'phase20'), { recursive: true });
  mkdirSync(join(folder, 'phase22'), { recursive: true });
  writeLines(join(folder, 'phase20/predicted_tasks.jsonl'), predictions);
  writeLines(join(folder, 'phase20/predicted_schedule.jsonl'), schedule);
  writeFileSync(join(folder, 'phase22/agents.json'), JSON.stringify({ executionTimeUnit: 'ms', agents: fleet }));
}

function writeLines(path: string, records: readonly object[]): void {
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
