import type { ArtifactStore } from '../../store/artifacts/artifact-store.ts';

export class Crash extends Error {}

/**
 * The store of a process that dies after so many changes: all later ones throw. Each change is one step to others, so
 * dying in the middle of one is the same as dying before it.
 */
export function crashingStore(store: ArtifactStore, survives: number): ArtifactStore {
  let changes = 0;
  const change = async <T>(make: () => Promise<T>): Promise<T> => {
    changes += 1;
    if (changes > survives) throw new Crash();
    return make();
  };
  return {
    ...store,
    write: (path, content) => change(() => store.write(path, content)),
    createExclusive: (path, bytes) => change(() => store.createExclusive(path, bytes)),
    writeJson: (path, value) => change(() => store.writeJson(path, value)),
    writeJsonl: (path, rows) => change(() => store.writeJsonl(path, rows)),
    remove: (path) => change(() => store.remove(path)),
  };
}

/** All files with their bytes, as text. */
export async function snapshot(store: ArtifactStore): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const path of await store.list('')) content[path] = (await store.read(path)).toString('latin1');
  return content;
}
