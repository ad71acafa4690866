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

/** What waves came to, told one after the other. */
interface Folded {
  /** Ids of the waves, in their order. */
  waves: readonly string[];
  ended: ReadonlyMap<string, EndedTask>;
  /** The latest generation that was tried, by task. */
  tried: ReadonlyMap<string, number>;
}

const NOTHING: Folded = { waves: [], ended: new Map(), tried: new Map() };

/**
 * The last answer for live runs of a store. What a wave recorded never changes, so that a run of many
 * waves need not read all of them again before each.
 */
const answers = new WeakMap<ArtifactStore, Folded>();

/**
 * What became of every task that a committed wave ended, by task id: completed, failed for good (a dead letter), or
 * rejected. A task that was tried and neither is stays in the backlog. A completed task stays so until a later generation
 * ends otherwise. Dead letters and rejections, which carry no generation, keep the one known (1 when none is).
 */
export async function consumedTasks(
  store: ArtifactStore,
  forecasts: ForecastWaves | null = null,
): Promise<ReadonlyMap<string, EndedTask>> {
  const waves = [...(await committedWaves(store)), ...forecastWaves(store, forecasts)];
  const known = answers.get(store) ?? NOTHING;
  const before = known.waves.every((id, index) => waves[index]?.id === id) ? known : NOTHING;
  if (before.waves.length === waves.length) return before.ended;
  const folded = await foldWaves(store, before, waves);
  // A forecast may be made anew under its old name: only what is committed never changes.
  if (forecasts === null) answers.set(store, folded);
  return folded.ended;
}

/** Adds those of `waves` that are not in `before`, which stays as it is. */
async function foldWaves(store: ArtifactStore, before: Folded, waves: readonly RecordedWave[]): Promise<Folded> {
  const ended = new Map(before.ended);
  const tried = new Map(before.tried);
  const note = (taskId: string, next: EndedTask) => {
    const known = ended.get(taskId);
    if (known?.status === 'completed' && known.generation >= next.generation) return;
    ended.set(taskId, next);
  };
  for (const { execution_id, folder, pathsOf } of waves.slice(before.waves.length)) {
    const wave = { folder, paths: await pathsOf() };
    for (const path of recordPaths(wave, /^agents\/[^/]+\/outcomes\.jsonl$/)) {
      for (const row of await store.readJsonl<OutcomeRecord>(path)) {
        const generation = generationOf(row.idempotency_key, path);
        tried.set(row.task_id, generation);
        if (row.final && row.status === 'completed')
          note(row.task_id, { generation, status: 'completed', execution_id });
      }
    }
    const generationKnown = (taskId: string) => tried.get(taskId) ?? ended.get(taskId)?.generation ?? 1;
    for (const taskId of await rejectedTasks(store, wave)) {
      note(taskId, { generation: generationKnown(taskId), status: 'rejected', execution_id });
    }
    for (const path of recordPaths(wave, /^dead_letters\.jsonl$/)) {
      for (const { task_id } of await store.readJsonl<DeadLetterRecord>(path)) {
        note(task_id, { generation: generationKnown(task_id), status: 'failed', execution_id });
      }
    }
  }
  return { waves: waves.map(({ id }) => id), ended, tried };
}

/** A wave whose records count. */
interface RecordedWave {
  /** The same id, the same records. */
  id: string;
  execution_id: string;
  /** The folder of its records, with a slash at the end. */
  folder: string;
  pathsOf: () => Promise<readonly string[]>;
}

interface RecordPaths {
  folder: string;
  paths: readonly string[];
}

async function committedWaves(store: ArtifactStore): Promise<RecordedWave[]> {
  const entries = (await readLedger(store)).filter((entry) => entry.kind === 'wave');
  return entries.map(({ sha256, execution_id, wave, files }) => ({
    id: sha256,
    execution_id,
    folder: `${waveFolder(runFolder(execution_id), wave ?? 0)}/records/`,
    pathsOf: () => Promise.resolve(files.map((file) => file.path)),
  }));
}

function forecastWaves(store: ArtifactStore, forecasts: ForecastWaves | null): RecordedWave[] {
  if (forecasts === null) return [];
  const { execution_id, waves } = forecasts;
  return waves.map((wave) => {
    const folder = `${waveFolder(dryRunFolder(execution_id), wave)}/records/`;
    return { id: folder, execution_id, folder, pathsOf: () => store.list(folder) };
  });
}

/** Tasks whose last decision in the wave is a person's no. */
async function rejectedTasks(store: ArtifactStore, wave: RecordPaths): Promise<string[]> {
  const last = new Map<string, GateDecisionRecord['approval']>();
  for (const path of recordPaths(wave, /^gate_decisions\.jsonl$/)) {
    for (const row of await store.readJsonl<GateDecisionRecord>(path)) last.set(row.task_id, row.approval);
  }
  return [...last].filter(([, approval]) => approval === 'rejected').map(([taskId]) => taskId);
}

function recordPaths({ folder, paths }: RecordPaths, name: RegExp): string[] {
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
