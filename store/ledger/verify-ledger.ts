import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { NoSuchArtifact } from '../artifacts/artifact-store.ts';
import type { LedgerFile } from './entry.ts';
import { walkChain } from './ledger.ts';
import { entryPath } from './output-paths.ts';

/** One thing that is off: in the chain (`path` is the entry's file) or in a file that an entry names. */
export interface LedgerProblem {
  entry: number;
  path: string;
  problem: string;
}

const NEWLINE = 0x0a;

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
