/**
 * The files that show the ledger's content in fixed places. Each is made of committed files: one for a copy, all in
 * ledger order for a file that grows. They can be rebuilt at any time, so they need no care of their own.
 */
import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { LedgerEntry, LedgerFile } from './entry.ts';
import { readLedger } from './ledger.ts';
import { entryPath, GROWN_FILES, RUN_FILES, runFolder, waveFolder } from './output-paths.ts';

type Part = Pick<LedgerFile, 'path' | 'sha256' | 'records'>;
/** Path of a derived file → the committed files it is made of. */
type Derivation = Map<string, Part[]>;

/** Files that are brought up to date side by side. */
const SIDE_BY_SIDE = 8;

const AGENT_FILE = /^records\/agents\/([^/]+)\/((?:adjusted_schedule|tuned_parameters|outcomes)\.jsonl)$/;
const FIXED_WAVE_FILE =
  /^phase22\/wave_\d+\/(?:evidence\.json|[^/]+\/(?:adjusted_schedule|tuned_parameters|outcomes)\.jsonl)$/;

/** A committed file is not what its entry says. */
export class CommittedFileDamaged extends Error {
  override name = 'CommittedFileDamaged';
  readonly path: string;

  constructor(path: string, expected: string, found: string) {
    super(`Committed file ${path}: expected SHA-256 ${expected}, found ${found}. Restore it from a copy, then retry.`);
    this.path = path;
  }
}

/**
 * Brings all derived files in line with the ledger and removes those of earlier runs' waves from the fixed paths.
 * Answers with the paths that changed. Safe to repeat after a crash at any point.
 * Throws `LedgerBroken`, `NoSuchArtifact` or `CommittedFileDamaged` where what was committed is not intact.
 */
export async function deriveFiles(store: ArtifactStore, known: readonly LedgerEntry[] = []): Promise<string[]> {
  const changed = new Set<string>();
  let ledger = known;
  for (;;) {
    ledger = await readLedger(store, ledger);
    const derivation = derivationOf(ledger);
    for (const path of await bringAll(store, derivation)) changed.add(path);
    for (const path of await staleFiles(store, derivation, ledger)) {
      await store.remove(path);
      changed.add(path);
    }
    // Someone may have committed meanwhile, and this may have put older content over newer: then once more.
    if (!(await store.exists(entryPath(ledger.length + 1)))) return [...changed].sort();
  }
}

/**
 * The same right after the commit of entry `number`, at the cost of that commit alone: grown files get its rows at
 * their end, and what shows earlier waves is not looked at. What it finds off it leaves to `deriveFiles`.
 */
export async function deriveCommit(store: ArtifactStore, number: number): Promise<void> {
  const ledger = await readLedger(store);
  const [before, entry] = ledger.slice(-2);
  const goesOn = entry?.entry === number && before?.kind === 'wave' && before.execution_id === entry.execution_id;
  if (!goesOn) return void (await deriveFiles(store, ledger));
  const own = new Set([entryPath(number), ...entry.files.map(({ path }) => path)]);
  for (const [target, parts] of derivationOf(ledger)) {
    const last = parts.at(-1);
    if (last === undefined || !own.has(last.path)) continue;
    const grows = parts.length > 1;
    if (grows ? await appendLast(store, target, parts) : await isCurrent(store, target, parts)) continue;
    await store.write(target, wholeOf(store, parts));
  }
  // Someone may have committed meanwhile, and this may have put older content over newer.
  if (await store.exists(entryPath(number + 1))) await deriveFiles(store, ledger);
}

/** Adds the last part, unless it is there. False, and nothing changed, where the file does not hold what comes before. */
async function appendLast(store: ArtifactStore, target: string, parts: readonly Part[]): Promise<boolean> {
  const last = parts.slice(-1);
  const added = last[0]?.records ?? 0;
  const total = parts.reduce((sum, { records }) => sum + (records ?? 0), 0);
  // Counted and copied in one reading, so that both are of the same file whoever else replaces it.
  async function* withLast(): AsyncGenerator<Uint8Array> {
    let rows = 0;
    for await (const piece of store.readStream(target)) {
      for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) rows += 1;
      yield piece;
    }
    if (rows === total) return;
    if (rows !== total - added) throw new OtherContent();
    yield* wholeOf(store, last);
  }
  if (!(await store.exists(target))) return false;
  if (added === 0) return true;
  try {
    await store.write(target, withLast());
    return true;
  } catch (error) {
    if (error instanceof OtherContent) return false;
    throw error;
  }
}

/** A grown file does not hold the rows of the entries before. */
class OtherContent extends Error {}

const NEWLINE = 0x0a;

/** What each derived file is made of. */
function derivationOf(ledger: readonly LedgerEntry[]): Derivation {
  const derivation: Derivation = new Map();
  if (ledger.length === 0) return derivation;
  derivation.set(
    'phase22/ledger.jsonl',
    ledger.map(({ entry, sha256 }) => ({ path: entryPath(entry), sha256, records: 1 })),
  );
  const waves = ledger.filter((entry) => entry.kind === 'wave');
  if (waves.length > 0) {
    for (const [name, target] of GROWN_FILES) {
      derivation.set(
        target,
        waves.flatMap((entry) => filesIn(entry).filter(({ name: own }) => own === `records/${name}`)),
      );
    }
  }
  for (const entry of waves.filter((wave) => wave.execution_id === waves.at(-1)?.execution_id)) {
    for (const file of filesIn(entry)) {
      const target = fixedPath(file.name, entry.wave ?? 0);
      if (target !== null) derivation.set(target, [file]);
    }
  }
  const latest = latestRun(ledger);
  for (const file of latest?.kind === 'close' ? filesIn(latest) : []) {
    if (RUN_FILES.some((name) => name === file.name)) derivation.set(`phase22/${file.name}`, [file]);
  }
  return derivation;
}

/** The last entry that has files: its run is the latest that has something to show. */
function latestRun(ledger: readonly LedgerEntry[]): LedgerEntry | undefined {
  return ledger.findLast((entry) => entry.kind === 'wave' || (entry.kind === 'close' && entry.files.length > 0));
}

/** Where the latest live run's files of a wave are shown; null for those that are not. */
function fixedPath(name: string, wave: number): string | null {
  if (name === 'records/system_health.json') return 'phase22/system_health.json';
  if (name === 'evidence.json') return `phase22/wave_${wave}/evidence.json`;
  const [, agent, file] = AGENT_FILE.exec(name) ?? [];
  return agent === undefined || file === undefined ? null : `phase22/wave_${wave}/${agent}/${file}`;
}

/** The entry's files with their names below the folder of its wave or run. */
function filesIn(entry: LedgerEntry): (Part & { name: string })[] {
  const run = runFolder(entry.execution_id);
  const folder = entry.wave === null ? run : waveFolder(run, entry.wave);
  return entry.files.map((file) => ({ ...file, name: file.path.slice(folder.length + 1) }));
}

/** Fixed paths that show a run which is no longer the latest. */
async function staleFiles(
  store: ArtifactStore,
  derivation: Derivation,
  ledger: readonly LedgerEntry[],
): Promise<string[]> {
  if (latestRun(ledger) === undefined) return [];
  const shown = ledger.some((entry) => entry.kind === 'wave')
    ? (await store.list('phase22/wave_')).filter((path) => FIXED_WAVE_FILE.test(path))
    : [];
  for (const name of RUN_FILES) {
    if (await store.exists(`phase22/${name}`)) shown.push(`phase22/${name}`);
  }
  return shown.filter((path) => !derivation.has(path));
}

async function bringAll(store: ArtifactStore, derivation: Derivation): Promise<string[]> {
  const changed: string[] = [];
  const rest = derivation.entries();
  const lane = async () => {
    for (const [target, parts] of rest) {
      if (await isCurrent(store, target, parts)) continue;
      await store.write(target, wholeOf(store, parts));
      changed.push(target);
    }
  };
  // Settled, so that nothing is still being written when an error is reported.
  for (const lanes of await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, lane))) {
    if (lanes.status === 'rejected') throw lanes.reason;
  }
  return changed;
}

async function isCurrent(store: ArtifactStore, target: string, parts: readonly Part[]): Promise<boolean> {
  const size = await store.size(target);
  if (size === null) return false;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return (await store.sha256(target)) === only.sha256;
  let expected = 0;
  for (const part of parts) expected += (await store.size(part.path)) ?? 0;
  if (size !== expected) return false;
  const hash = createHash('sha256');
  for await (const piece of wholeOf(store, parts)) hash.update(piece);
  return (await store.sha256(target)) === hash.digest('hex');
}

/** The parts one after the other, each checked against its digest before the next begins. */
async function* wholeOf(store: ArtifactStore, parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  for (const { path, sha256 } of parts) {
    const hash = createHash('sha256');
    for await (const piece of store.readStream(path)) {
      hash.update(piece);
      yield piece;
    }
    const found = hash.digest('hex');
    if (found !== sha256) throw new CommittedFileDamaged(path, sha256, found);
  }
}
