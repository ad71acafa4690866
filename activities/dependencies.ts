/** What activities are given by whoever puts the process together. */
import { resolveDataset } from '../store/inputs/dataset-path.ts';
import { localArtifacts } from '../store/artifacts/local-artifacts.ts';
import type { ArtifactStore } from '../store/artifacts/artifact-store.ts';
import { WaveFiles } from '../store/waves/wave-files.ts';
import type { AgentTimeouts, WaveRef } from './interface.ts';

export interface Dependencies {
  /** Folder that holds the datasets. */
  dataRoot: string;
  /** Whether a run's whole chain of executions is over, as Temporal says. */
  isRunClosed: (executionId: string) => Promise<boolean>;
  /** Whether the server knows our search attributes. */
  searchAttributesKnown: () => Promise<boolean>;
  timeouts: AgentTimeouts;
}

export interface DatasetPlace {
  root: string;
  store: ArtifactStore;
}

/** One store per folder: what is remembered of a store serves all its waves. */
const stores = new Map<string, ArtifactStore>();

/** A dataset's folder and its store; a bad or unknown name is a `BadInputError`. */
export function datasetPlace(dataRoot: string, dataset: string): DatasetPlace {
  const root = resolveDataset(dataRoot, dataset);
  const store = stores.get(root) ?? localArtifacts(root);
  stores.set(root, store);
  return { root, store };
}

/** The working files of a wave. */
export function waveFiles(dataRoot: string, ref: WaveRef): WaveFiles {
  const { root, store } = datasetPlace(dataRoot, ref.dataset);
  return new WaveFiles(store, root, ref);
}
