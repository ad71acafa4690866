import { invariant } from '../../domain/model/invariant.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { LedgerFile } from './entry.ts';

/** A file to commit: bytes, text, or rows of a JSONL file (streamed). */
export type CommitFile = { path: string } & (
  { bytes: Uint8Array } | { text: string } | { records: Iterable<unknown> | AsyncIterable<unknown> }
);

/**
 * Writes the files, one after the other, and describes them for an entry, sorted by path. All must lie below `folder`,
 * so that no commit can change what another one vouches for.
 */
export async function writeCommitFiles(
  store: ArtifactStore,
  folder: string,
  files: readonly CommitFile[],
): Promise<LedgerFile[]> {
  const paths = new Set(files.map((file) => file.path));
  invariant(paths.size === files.length, `a commit of ${folder} names a file twice`);
  const written: LedgerFile[] = [];
  for (const file of files) {
    invariant(file.path.startsWith(`${folder}/`), `a commit of ${folder} names ${file.path}, which lies outside`);
    written.push(await writeCommitFile(store, file));
  }
  return written.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function writeCommitFile(store: ArtifactStore, file: CommitFile): Promise<LedgerFile> {
  const { path } = file;
  if ('records' in file) {
    const { sha256, records } = await store.writeJsonl(path, file.records);
    return { path, sha256, records };
  }
  const { sha256 } = await store.write(path, 'bytes' in file ? file.bytes : file.text);
  return { path, sha256, records: null };
}
