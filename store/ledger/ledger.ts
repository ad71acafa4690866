/**
 * The ledger: numbered entries, each created exclusively and holding the hash of the one before. What an entry names
 * counts; what no entry names does not exist for readers.
 */
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { NoSuchArtifact } from '../artifacts/artifact-store.ts';
import type { EntryBody, EntryDraft, LedgerEntry } from './entry.ts';
import { entryText, parseEntry, sha256Of } from './entry.ts';
import { entryNumber, entryPath, LEDGER_FOLDER } from './output-paths.ts';

/** The ledger does not hold together at `entry`. */
export class LedgerBroken extends Error {
  override name = 'LedgerBroken';
  readonly entry: number;
  readonly detail: string;

  constructor(entry: number, detail: string) {
    super(`Ledger entry ${entry} (${entryPath(entry)}): ${detail}. Restore it from a copy; nothing was changed.`);
    this.entry = entry;
    this.detail = detail;
  }
}

/**
 * All entries in order. Throws `LedgerBroken` at the first gap, unreadable entry or hash that does not fit. Entries
 * never change: those `known` from an earlier reading are not read again.
 */
export async function readLedger(store: ArtifactStore, known: readonly LedgerEntry[] = []): Promise<LedgerEntry[]> {
  return await walkChain(
    store,
    (problem) => {
      throw problem;
    },
    known,
  );
}

/**
 * Reads entry by entry and tells every problem. An entry with a wrong link is still part of the answer, a missing or
 * unreadable one is not.
 */
export async function walkChain(
  store: ArtifactStore,
  tell: (problem: LedgerBroken) => void,
  known: readonly LedgerEntry[] = [],
): Promise<LedgerEntry[]> {
  const entries = [...known];
  const last = Math.max(0, ...(await store.list(LEDGER_FOLDER)).map((path) => entryNumber(path) ?? 0));
  /** Undefined where the entry before could not be read: nothing to hold the link against. */
  let previous: string | null | undefined = known.at(-1)?.sha256 ?? null;
  for (let n = known.length + 1; n <= last; n++) {
    // By number, not from the listing: a listing that races with new entries may lack one but have the next.
    const text = await textOrNull(store, entryPath(n));
    const entry = text === null ? { problem: 'it is missing, but later entries exist' } : parseEntry(text);
    if ('problem' in entry) {
      tell(new LedgerBroken(n, entry.problem));
      previous = text === null ? undefined : sha256Of(text);
      continue;
    }
    if (entry.entry !== n) tell(new LedgerBroken(n, `field entry: expected ${n}, found ${entry.entry}`));
    if (previous !== undefined && entry.previous !== previous) {
      tell(
        new LedgerBroken(
          n,
          `field previous: expected ${previous}, the hash of the entry before, found ${entry.previous}`,
        ),
      );
    }
    entries.push(entry);
    previous = entry.sha256;
  }
  return entries;
}

/**
 * Appends what `propose` makes of the ledger as it is. When another process appends first, `propose` is asked again
 * with that entry in view; so what it checks holds at the moment of the append. It may answer with an entry that is
 * there already (nothing is appended then), or throw.
 */
export async function appendEntry(
  store: ArtifactStore,
  propose: (ledger: readonly LedgerEntry[]) => Promise<EntryDraft | LedgerEntry> | EntryDraft | LedgerEntry,
  known: readonly LedgerEntry[] = [],
): Promise<LedgerEntry> {
  let ledger = known;
  for (;;) {
    ledger = await readLedger(store, ledger);
    const proposed = await propose(ledger);
    if ('sha256' in proposed) return proposed;
    const body: EntryBody = { ...proposed, entry: ledger.length + 1, previous: ledger.at(-1)?.sha256 ?? null };
    const text = entryText(body);
    if (await store.createExclusive(entryPath(body.entry), text)) return { ...body, sha256: sha256Of(text) };
  }
}

async function textOrNull(store: ArtifactStore, path: string): Promise<string | null> {
  try {
    return await store.readText(path);
  } catch (error) {
    if (error instanceof NoSuchArtifact) return null;
    throw error;
  }
}
