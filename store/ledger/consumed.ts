import type { DeadLetterRecord, GateDecisionRecord, OutcomeRecord } from '../../domain/model/records.ts';
import type { EndedTask } from '../../domain/wave/backlog.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { readLedger } from './ledger.ts';
import { dryRunFolder, runFolder, waveFolder } from './output-paths.ts';

/** Waves that a dry run has forecast so far: to its next wave they count as if they had been committed. */
export interface ForecastWaves {
  execution_id: string;
  waves: readonly number[];
}

/**
 * What became of every task that a committed wave ended, by task id: completed, failed for good (a dead letter), or
 * rejected. A task that was tried and neither is stays in the backlog. A completed task stays so until a later generation
 * ends otherwise. Dead letters and rejections, which carry no generation, keep the one known (1 when none is).
 */
export async function consumedTasks(
  store: ArtifactStore,
  forecasts: ForecastWaves | null = null,
): Promise<Map<string, EndedTask>> {
  const consumed = new Map<string, EndedTask>();
  const tried = new Map<string, number>();
  const note = (taskId: string, next: EndedTask) => {
    const known = consumed.get(taskId);
    if (known?.status === 'completed' && known.generation >= next.generation) return;
    consumed.set(taskId, next);
  };
  for (const wave of [...(await committedWaves(store)), ...(await forecastWaves(store, forecasts))]) {
    const { execution_id } = wave;
    for (const path of recordPaths(wave, /^agents\/[^/]+\/outcomes\.jsonl$/)) {
      for (const row of await store.readJsonl<OutcomeRecord>(path)) {
        const generation = generationOf(row.idempotency_key, path);
        tried.set(row.task_id, generation);
        if (row.final && row.status === 'completed')
          note(row.task_id, { generation, status: 'completed', execution_id });
      }
    }
    const generationKnown = (taskId: string) => tried.get(taskId) ?? consumed.get(taskId)?.generation ?? 1;
    for (const taskId of await rejectedTasks(store, wave)) {
      note(taskId, { generation: generationKnown(taskId), status: 'rejected', execution_id });
    }
    for (const path of recordPaths(wave, /^dead_letters\.jsonl$/)) {
      for (const { task_id } of await store.readJsonl<DeadLetterRecord>(path)) {
        note(task_id, { generation: generationKnown(task_id), status: 'failed', execution_id });
      }
    }
  }
  return consumed;
}

/** A wave's record files that count. */
interface RecordedWave {
  execution_id: string;
  /** The folder of its records, with a slash at the end. */
  folder: string;
  paths: string[];
}

async function committedWaves(store: ArtifactStore): Promise<RecordedWave[]> {
  const entries = (await readLedger(store)).filter((entry) => entry.kind === 'wave');
  return entries.map(({ execution_id, wave, files }) => ({
    execution_id,
    folder: `${waveFolder(runFolder(execution_id), wave ?? 0)}/records/`,
    paths: files.map((file) => file.path),
  }));
}

async function forecastWaves(store: ArtifactStore, forecasts: ForecastWaves | null): Promise<RecordedWave[]> {
  if (forecasts === null) return [];
  const { execution_id, waves } = forecasts;
  const folders = waves.map((wave) => `${waveFolder(dryRunFolder(execution_id), wave)}/records/`);
  return Promise.all(folders.map(async (folder) => ({ execution_id, folder, paths: await store.list(folder) })));
}

/** Tasks whose last decision in the wave is a person's no. */
async function rejectedTasks(store: ArtifactStore, wave: RecordedWave): Promise<string[]> {
  const last = new Map<string, GateDecisionRecord['approval']>();
  for (const path of recordPaths(wave, /^gate_decisions\.jsonl$/)) {
    for (const row of await store.readJsonl<GateDecisionRecord>(path)) last.set(row.task_id, row.approval);
  }
  return [...last].filter(([, approval]) => approval === 'rejected').map(([taskId]) => taskId);
}

function recordPaths({ folder, paths }: RecordedWave, name: RegExp): string[] {
  return paths.filter((path) => path.startsWith(folder) && name.test(path.slice(folder.length)));
}

/** The last part of `dataset/task_id/generation`. */
function generationOf(idempotencyKey: string, path: string): number {
  const text = /\/([1-9]\d*)$/.exec(idempotencyKey)?.[1];
  if (text === undefined) {
    throw new Error(
      `File ${path}: idempotency_key ${JSON.stringify(idempotencyKey)}, expected dataset/task_id/generation. Restore the file.`,
    );
  }
  return Number(text);
}
