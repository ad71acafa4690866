/**
 * Sweeps over damages of the ledger's last entry and of derived files. No server is needed: what opens a dataset for a live
 * run is called on each.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../domain/model/random.ts';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import type { ArtifactStore } from '../../../store/artifacts/artifact-store.ts';
import { commitWave } from '../../../store/ledger/commit-wave.ts';
import { deriveFiles } from '../../../store/ledger/derive.ts';
import type { LedgerEntry } from '../../../store/ledger/entry.ts';
import { openLease } from '../../../store/ledger/lease.ts';
import { readLedger } from '../../../store/ledger/ledger.ts';
import { entryPath, GROWN_FILES } from '../../../store/ledger/output-paths.ts';
import { requireWholeHead, verifyLedger } from '../../../store/ledger/verify-ledger.ts';
import { AT, commitSample, everybodyIsClosed, waveFiles } from '../../store/ledger/sample-wave.ts';
import type { StoreKind } from '../kind.ts';

const WAVES = 2;

/** A dataset of one run with two committed waves, the last one small; answers with its store and the path of its last entry. */
async function sample(folder: string): Promise<{ store: ArtifactStore; last: string }> {
  const store = localArtifacts(folder);
  const run = { execution_id: 'first', at: AT };
  const { epoch } = await openLease(store, run, everybodyIsClosed);
  await commitSample(store, epoch, run.execution_id, 1);
  const files = waveFiles(run.execution_id, WAVES).filter(({ path }) => /(metrics|outcomes)\.jsonl$/.test(path));
  await commitWave(store, { ...run, epoch, wave: WAVES, files });
  await deriveFiles(store);
  return { store, last: join(folder, entryPath(1 + WAVES)) };
}

/**
 * Opens the dataset for a live run as it is. Answers with what is wrong: it was opened without a word although a committed
 * wave is gone or no longer what it was. Takes its own entry back.
 */
async function openingLoses(store: ArtifactStore, folder: string, whole: LedgerEntry): Promise<string | null> {
  const next = join(folder, entryPath(2 + WAVES));
  try {
    // Opening begins with this; where it refuses, nothing else needs to be tried.
    const ledger = await readLedger(store);
    await requireWholeHead(store);
    await openLease(store, { execution_id: 'second', at: AT }, everybodyIsClosed);
    await deriveFiles(store);
    const last = ledger[WAVES];
    if (last === undefined) return 'the entry is gone';
    return namedBy(last) === namedBy(whole) ? null : `it reads ${namedBy(last)}, not ${namedBy(whole)}`;
  } catch {
    // Refused, in words: what was asked for.
    return null;
  } finally {
    rmSync(next, { force: true });
  }
}

/**
 * What of an entry says which wave counts, and what it holds. Its time and epoch are no part of that, and a wrong count of
 * records is for `verify` to find.
 */
function namedBy({ kind, execution_id, wave, files }: LedgerEntry): string {
  return JSON.stringify({ kind, execution_id, wave, files: files.map(({ path, sha256 }) => [path, sha256]) });
}

async function sweepLast(
  folder: string,
  damages: (whole: Buffer) => Iterable<Damage>,
): Promise<{ tried: number; violations: string[] }> {
  const { store, last } = await sample(folder);
  const whole = readFileSync(last);
  const entry = (await readLedger(store))[WAVES];
  if (entry === undefined) throw new Error(`no entry at ${last}`);
  const violations: string[] = [];
  let tried = 0;
  for (const { name, bytes } of damages(whole)) {
    writeFileSync(last, bytes);
    tried += 1;
    const wrong = await openingLoses(store, folder, entry);
    if (wrong !== null) violations.push(`last entry, ${name}: opened without a word, but ${wrong}`);
  }
  writeFileSync(last, whole);
  if ((await verifyLedger(store)).length > 0) violations.push('the sweep left the ledger damaged');
  return { tried, violations };
}

interface Damage {
  name: string;
  bytes: Buffer;
}

function* cuts(whole: Buffer): Generator<Damage> {
  for (let length = 0; length < whole.length; length++) {
    yield { name: `cut to ${length} bytes`, bytes: whole.subarray(0, length) };
  }
}

/** Every bit of every fourth byte; which ones is the seed's choice, so that four seeds in a row take all. */
function* flips(whole: Buffer, seed: number): Generator<Damage> {
  for (let at = seed % 4; at < whole.length; at += 4) {
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      yield { name: `bit ${bit} of byte ${at} flipped`, bytes };
    }
  }
}

export const LEDGER_DAMAGE: readonly StoreKind[] = [
  {
    level: 'store',
    name: 'ledger-torn',
    does: "the ledger's last entry is cut at every byte",
    holds: 'the next opening refuses, naming the entry; no committed wave is lost without a word',
    sweep: (folder) => sweepLast(folder, cuts),
  },
  {
    level: 'store',
    name: 'ledger-flipped',
    does: "every bit of the ledger's last entry is flipped; each episode takes every fourth byte",
    holds: 'the same',
    sweep: (folder, seed) => sweepLast(folder, (whole) => flips(whole, seed)),
  },
  {
    level: 'store',
    name: 'derived-torn',
    does: 'files that grow over the runs are cut, lengthened, overwritten or removed, in drawn places',
    holds: 'the next opening brings each back to its bytes',
    async sweep(folder, seed) {
      const { store } = await sample(folder);
      const random = seededRandom('derived files', seed);
      const grown = [...GROWN_FILES.values(), 'phase22/ledger.jsonl'];
      const bytesOf = () => new Map(grown.map((path) => [path, readFileSync(join(folder, path))]));
      const before = bytesOf();
      const violations: string[] = [];
      let tried = 0;
      for (const [path, whole] of before) {
        const at = Math.floor(random() * whole.length);
        const torn = [
          whole.subarray(0, at),
          Buffer.concat([whole, whole.subarray(0, at + 1)]),
          Buffer.alloc(whole.length),
        ];
        for (const bytes of [...torn, null]) {
          if (bytes === null) rmSync(join(folder, path));
          else writeFileSync(join(folder, path), bytes);
          tried += 1;
          const mended = await deriveFiles(store);
          const same = [...bytesOf()].every(([name, now]) => before.get(name)?.equals(now));
          if (!same) violations.push(`${path} was not brought back`);
          if (!mended.includes(path)) violations.push(`${path} was mended without a word`);
        }
      }
      const left = readdirSync(folder, { recursive: true }).filter((name) => String(name).includes('.tmp-'));
      if (left.length > 0) violations.push(`left behind: ${left.join(', ')}`);
      return { tried, violations };
    },
  },
];
