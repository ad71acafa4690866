import { invariant } from '../../domain/model/invariant.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { CommitFile } from './committed-files.ts';
import { writeCommitFiles } from './committed-files.ts';
import type { LedgerEntry } from './entry.ts';
import { requireLease } from './lease.ts';
import { appendEntry, readLedger } from './ledger.ts';
import { runFolder, waveFolder } from './output-paths.ts';

export interface WaveCommit {
  epoch: number;
  execution_id: string;
  wave: number;
  /** ISO-8601. */
  at: string;
  /** All below the wave's folder. A retry must come with the same bytes. */
  files: readonly CommitFile[];
}

/**
 * Makes a wave's records count, all together: files first, then the entry that names them. A wave that was committed
 * before is left as it is, and its entry is the answer. Throws `StaleEpoch` when the run does not hold the lease.
 */
export async function commitWave(store: ArtifactStore, commit: WaveCommit): Promise<{ entry: number; sha256: string }> {
  const { epoch, execution_id, wave, at } = commit;
  invariant(Number.isInteger(wave) && wave >= 1, `wave ${wave} is not a whole number from 1`);
  const committed = (ledger: readonly LedgerEntry[]) => {
    const found = ledger.find(
      (entry) => entry.kind === 'wave' && entry.execution_id === execution_id && entry.wave === wave,
    );
    if (found === undefined) requireLease(ledger, commit);
    return found;
  };
  const ledger = await readLedger(store);
  let found = committed(ledger);
  if (found === undefined) {
    const files = await writeCommitFiles(store, waveFolder(runFolder(execution_id), wave), commit.files);
    found = await appendEntry(
      store,
      (now) => committed(now) ?? { kind: 'wave', epoch, execution_id, wave, at, status: null, files },
      ledger,
    );
  }
  return { entry: found.entry, sha256: found.sha256 };
}
