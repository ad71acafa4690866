import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { NoSuchArtifact } from '../artifacts/artifact-store.ts';
import type { LedgerFile } from './entry.ts';
import { LedgerBroken, readLedger, walkChain } from './ledger.ts';
import { entryPath, runFolder, waveFolder } from './output-paths.ts';

/** One thing that is off: in the chain (`path` is the entry's file) or in a file that an entry names. */
export interface LedgerProblem {
  entry: number;
  path: string;
  problem: string;
}

const NEWLINE = 0x0a;

/**
 * Throws `LedgerBroken` unless the last entry's files lie below its run and wave and are as it says. No later entry holds
 * its hash yet, so a change of it would go unnoticed, and with it the wave.
 */
export async function requireWholeHead(store: ArtifactStore): Promise<void> {
  const head = (await readLedger(store)).at(-1);
  if (head === undefined || head.files.length === 0) return;
  const { entry, execution_id, wave, files } = head;
  const folder = wave === null ? runFolder(execution_id) : waveFolder(runFolder(execution_id), wave);
  for (const file of files) {
    const problem = file.path.startsWith(`${folder}/`)
      ? await problemOf(store, file)
      : `expected a path below ${folder}`;
    if (problem !== null) throw new LedgerBroken(entry, `file ${file.path}: ${problem}`);
  }
}

/** Checks the chain and every committed file's digest and number of records. Empty: all is well. Changes nothing. */
export async function verifyLedger(store: ArtifactStore): Promise<LedgerProblem[]> {
  const problems: LedgerProblem[] = [];
  const entries = await walkChain(store, ({ entry, detail }) => {
    problems.push({ entry, path: entryPath(entry), problem: detail });
  });
  for (const { entry, files } of entries) {
    for (const file of files) {
      const problem = await problemOf(store, file);
      if (problem !== null) problems.push({ entry, path: file.path, problem });
    }
  }
  return problems;
}

async function problemOf(store: ArtifactStore, file: LedgerFile): Promise<string | null> {
  const hash = createHash('sha256');
  let records = 0;
  try {
    for await (const piece of store.readStream(file.path)) {
      hash.update(piece);
      for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) records += 1;
    }
  } catch (error) {
    if (error instanceof NoSuchArtifact) return 'it is missing';
    throw error;
  }
  const found = hash.digest('hex');
  if (found !== file.sha256) return `expected SHA-256 ${file.sha256}, found ${found}`;
  if (file.records === null || file.records === records) return null;
  return `expected ${file.records} records, found ${records}`;
}
