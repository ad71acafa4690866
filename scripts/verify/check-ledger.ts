/** The ledger as a whole: chain, committed files, and the files that are made of them. */
import type { ArtifactStore } from '../../store/artifacts/artifact-store.ts';
import { NoSuchArtifact } from '../../store/artifacts/artifact-store.ts';
import { OUTPUT_FILES } from '../../contracts/output-files.ts';
import { CommittedFileDamaged, deriveFiles } from '../../store/ledger/derive.ts';
import { LedgerBroken } from '../../store/ledger/ledger.ts';
import { RUN_FILES } from '../../store/ledger/output-paths.ts';
import { verifyLedger } from '../../store/ledger/verify-ledger.ts';
import type { Tell } from './problem.ts';

/** Tells every fault of the chain, of committed files, and of derived files. Writes nothing. */
export async function checkLedger(store: ArtifactStore, tell: Tell): Promise<void> {
  for (const { entry, path, problem } of await verifyLedger(store)) {
    tell({ check: 'ledger', file: path, line: null, problem: `${problem} (ledger entry ${entry})` });
  }
  await checkDerived(store, tell);
  await checkStrangers(store, tell);
}

/** What mending would change is what differs from the ledger. */
async function checkDerived(store: ArtifactStore, tell: Tell): Promise<void> {
  const off = (file: string, problem: string) => tell({ check: 'derived', file, line: null, problem });
  try {
    for (const path of await deriveFiles(readOnly(store))) {
      const problem = (await store.exists(path))
        ? 'it is not what the ledger says'
        : 'it is missing, but the ledger has records for it';
      off(path, `${problem}; the next live run of the dataset mends it`);
    }
  } catch (error) {
    const known =
      error instanceof CommittedFileDamaged || error instanceof NoSuchArtifact || error instanceof LedgerBroken;
    if (!known) throw error;
    off('phase22/ledger.jsonl', 'derived files cannot be compared before the ledger and its files are whole');
  }
}

/** The same files, but nothing is ever written or removed. */
function readOnly(store: ArtifactStore): ArtifactStore {
  const nothing = { bytes: 0, sha256: '' };
  return {
    ...store,
    write: () => Promise.resolve(nothing),
    writeJson: () => Promise.resolve(nothing),
    writeJsonl: () => Promise.resolve({ ...nothing, records: 0 }),
    createExclusive: () => Promise.resolve(false),
    remove: () => Promise.resolve(),
    sweep: () => Promise.resolve([]),
  };
}

/** Record files in fixed places that no format describes. */
async function checkStrangers(store: ArtifactStore, tell: Tell): Promise<void> {
  const known = new Set<string>([...OUTPUT_FILES.map(({ name }) => name), ...RUN_FILES]);
  for (const path of await store.list('phase22/')) {
    const parts = path.split('/').slice(1);
    const fixed = parts.length === 1 || /^wave_\d+$/.test(parts[0] ?? '');
    if (!fixed || !path.endsWith('.jsonl') || known.has(parts.at(-1) ?? '')) continue;
    tell({ check: 'derived', file: path, line: null, problem: 'a record file that no format describes; move it away' });
  }
}
