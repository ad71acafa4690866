import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import type { EntryDraft } from '../../../store/ledger/entry.ts';
import { appendEntry, LedgerBroken, readLedger } from '../../../store/ledger/ledger.ts';
import { openLease } from '../../../store/ledger/lease.ts';
import { requireWholeHead, verifyLedger } from '../../../store/ledger/verify-ledger.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { AT, commitSample, nobodyIsClosed } from './sample-wave.ts';

const run = promisify(execFile);

describe('ledger', () => {
  const folder = scratchFolder();
  const open = () => localArtifacts(folder());
  const draft = (execution_id: string, wave = 1): EntryDraft => ({
    kind: 'wave',
    epoch: 1,
    execution_id,
    wave,
    at: AT,
    status: null,
    files: [],
  });
  const broken = (entry: number, detail: RegExp) => (error: unknown) =>
    error instanceof LedgerBroken && error.entry === entry && detail.test(error.message);

  it('is empty where nothing was committed', async () => {
    assert.deepEqual(await readLedger(open()), []);
    assert.deepEqual(await verifyLedger(open()), []);
  });

  it('writes canonical bytes that hash into the next entry', async () => {
    const store = open();
    const first = await appendEntry(store, () => draft('a'));
    const second = await appendEntry(store, () => draft('b'));
    const text = await store.readText('phase22/ledger/00000001.json');
    assert.equal(
      text,
      `{"at":"${AT}","entry":1,"epoch":1,"execution_id":"a","files":[],"kind":"wave","previous":null,"status":null,"wave":1}\n`,
    );
    assert.equal(first.sha256, createHash('sha256').update(text).digest('hex'));
    assert.equal(second.previous, first.sha256);
    assert.deepEqual(await readLedger(store), [first, second]);
  });

  it('appends nothing when the proposal is an entry that is there', async () => {
    const store = open();
    const first = await appendEntry(store, () => draft('a'));
    assert.deepEqual(await appendEntry(store, (ledger) => ledger[0] ?? draft('x')), first);
    assert.equal((await readLedger(store)).length, 1);
  });

  it('stays whole when many append at once, and asks again with the new head in view', async () => {
    const store = open();
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        appendEntry(store, (ledger) => {
          seen.push(ledger.length);
          return draft(`run-${i}`);
        }),
      ),
    );
    const ledger = await readLedger(store);
    assert.deepEqual(
      ledger.map(({ entry }) => entry),
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    assert.equal(new Set(ledger.map(({ execution_id }) => execution_id)).size, 12);
    assert.ok(seen.includes(11));
  });

  it('stays whole when several processes append at once', async function () {
    this.timeout(30_000);
    const script = fileURLToPath(new URL('./append-process.ts', import.meta.url));
    const names = ['p1', 'p2', 'p3'];
    await Promise.all(names.map((name) => run(process.execPath, ['--import=tsx', script, folder(), name, '8'])));
    const ledger = await readLedger(open());
    assert.equal(ledger.length, 24);
    for (const name of names) {
      const own = ledger.filter((entry) => entry.execution_id === name);
      assert.deepEqual(
        own.map(({ wave }) => wave),
        [1, 2, 3, 4, 5, 6, 7, 8],
      );
    }
  });

  it('names the entry that is missing, edited, unreadable or put elsewhere', async () => {
    const store = open();
    for (let i = 1; i <= 3; i++) await appendEntry(store, () => draft('a', i));
    const path = (n: number) => `phase22/ledger/0000000${n}.json`;
    const [one, two, three] = await Promise.all([1, 2, 3].map((n) => store.readText(path(n))));
    const damage = async (n: number, text: string | null, entry: number, detail: RegExp) => {
      const before = await store.readText(path(n));
      await (text === null ? store.remove(path(n)) : store.write(path(n), text));
      await assert.rejects(readLedger(store), broken(entry, detail));
      assert.equal((await verifyLedger(store))[0]?.entry, entry);
      await store.write(path(n), before);
    };
    await damage(2, null, 2, /missing/);
    await damage(2, '{"entry":2', 2, /not JSON/);
    await damage(2, (two ?? '').replace('"wave":2', '"wave":"2"'), 2, /field wave/);
    await damage(2, (two ?? '').replace('"wave":2', '"wave": 2'), 2, /canonical/);
    // A careful edit is seen by the next entry's link.
    await damage(2, (two ?? '').replace('"wave":2', '"wave":9'), 3, /field previous/);
    await damage(2, one ?? '', 2, /field entry: expected 2, found 1/);
    await damage(3, (three ?? '').replace(/"previous":"[0-9a-f]+"/, '"previous":null'), 3, /field previous/);
    assert.equal((await readLedger(store)).length, 3);
  });

  it('refuses a last entry whose files are not those of its run and wave', async () => {
    const store = open();
    await requireWholeHead(store);
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    await requireWholeHead(store);
    await commitSample(store, epoch, 'r', 1);
    await requireWholeHead(store);
    const path = 'phase22/ledger/00000002.json';
    const text = await store.readText(path);
    for (const [from, to, detail] of [
      ['"execution_id":"r"', '"execution_id":"s"', /expected a path below phase22\/runs\/s\/wave_1/],
      ['"wave":1}', '"wave":2}', /expected a path below phase22\/runs\/r\/wave_2/],
      ['records/metrics', 'secords/metrics', /secords\/metrics.jsonl: it is missing/],
      ['"records":1', '"records":3', /expected 3 records, found 1/],
    ] as const) {
      await store.write(path, text.replace(from, to));
      await assert.rejects(requireWholeHead(store), broken(2, detail));
    }
  });

  it('reports committed files that are missing, changed or miscounted', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    await commitSample(store, epoch, 'r', 1);
    assert.deepEqual(await verifyLedger(store), []);
    const records = 'phase22/runs/r/wave_1/records';
    await store.remove(`${records}/anomalies.jsonl`);
    await store.write(`${records}/metrics.jsonl`, '{}\n');
    await store.write('extra', '1\n');
    const sha256 = await store.sha256('extra');
    await appendEntry(store, () => ({ ...draft('r', 2), files: [{ path: 'extra', sha256, records: 2 }] }));
    const problems = await verifyLedger(store);
    assert.deepEqual(
      problems.map(({ entry, path }) => [entry, path]),
      [
        [2, `${records}/anomalies.jsonl`],
        [2, `${records}/metrics.jsonl`],
        [3, 'extra'],
      ],
    );
    assert.match(problems[0]?.problem ?? '', /missing/);
    assert.match(problems[1]?.problem ?? '', /expected SHA-256 [0-9a-f]{64}, found/);
    assert.match(problems[2]?.problem ?? '', /expected 2 records, found 1/);
  });
});
