import assert from 'node:assert/strict';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { commitWave } from '../../../store/ledger/commit-wave.ts';
import { deriveFiles } from '../../../store/ledger/derive.ts';
import { closeLease, openLease, StaleEpoch } from '../../../store/ledger/lease.ts';
import { readLedger } from '../../../store/ledger/ledger.ts';
import { verifyLedger } from '../../../store/ledger/verify-ledger.ts';
import { Crash, crashingStore, snapshot } from '../crashing-store.ts';
import { scratchFolder } from '../scratch-folder.ts';
import type { ArtifactStore } from '../../../store/artifacts/artifact-store.ts';
import { AT, commitSample, everybodyIsClosed, nobodyIsClosed, waveFiles } from './sample-wave.ts';

describe('commit of a wave', () => {
  const folder = scratchFolder();
  const open = (name = 'd') => localArtifacts(`${folder()}/${name}`);

  it('names every file with digest and number of records', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    const head = await commitSample(store, epoch, 'r', 1);
    const entry = (await readLedger(store)).at(-1);
    assert.deepEqual(head, { entry: 2, sha256: entry?.sha256 });
    assert.equal(entry?.files.length, waveFiles('r', 1).length);
    const byPath = new Map(entry?.files.map((file) => [file.path, file]));
    const metrics = 'phase22/runs/r/wave_1/records/metrics.jsonl';
    assert.deepEqual(byPath.get(metrics), { path: metrics, sha256: await store.sha256(metrics), records: 1 });
    assert.equal(byPath.get('phase22/runs/r/wave_1/evidence.json')?.records, null);
    assert.deepEqual([...byPath.keys()], [...byPath.keys()].sort());
  });

  it('is done once: a second commit changes no byte and has the same head', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    const head = await commitSample(store, epoch, 'r', 1);
    const before = await snapshot(store);
    const files = waveFiles('r', 1, ['agent_9']);
    assert.deepEqual(await commitWave(store, { epoch, execution_id: 'r', wave: 1, at: 'later', files }), head);
    assert.deepEqual(await snapshot(store), before);
  });

  it('has one entry when attempts race', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    const heads = await Promise.all([1, 2, 3, 4].map(() => commitSample(store, epoch, 'r', 1)));
    for (const head of heads) assert.deepEqual(head, heads[0]);
    assert.equal((await readLedger(store)).length, 2);
    assert.deepEqual(await verifyLedger(store), []);
  });

  it('is refused when another run takes over while the files are written', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    let taken: Promise<unknown> | null = null;
    const slow: ArtifactStore = {
      ...store,
      write: async (path, content) => {
        taken ??= openLease(store, { execution_id: 'next', at: AT }, everybodyIsClosed);
        await taken;
        return store.write(path, content);
      },
    };
    await assert.rejects(commitSample(slow, epoch, 'r', 1), StaleEpoch);
    assert.deepEqual(
      (await readLedger(store)).map(({ kind }) => kind),
      ['open', 'open'],
    );
  });

  it('keeps to its own folder', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'r', at: AT }, nobodyIsClosed);
    await commitSample(store, epoch, 'r', 1);
    const commit = { epoch, execution_id: 'r', wave: 2, at: AT };
    for (const path of ['phase22/runs/r/wave_1/x', 'phase22/runs/r/wave_22/x', 'phase22/metrics.jsonl']) {
      await assert.rejects(commitWave(store, { ...commit, files: [{ path, text: '' }] }), /lies outside/);
    }
    const twice = { path: 'phase22/runs/r/wave_2/x', text: '' };
    await assert.rejects(commitWave(store, { ...commit, files: [twice, twice] }), /twice/);
    const close = { epoch, execution_id: 'r', at: AT, status: 'completed' };
    const inWave = { path: 'phase22/runs/r/wave_1/records/metrics.jsonl', text: '' };
    await assert.rejects(closeLease(store, { ...close, files: [inWave] }), /not a file of the run/);
  });

  /** A wave with a few files of each sort. */
  function commitFew(store: ArtifactStore, epoch: number, execution_id: string, wave: number) {
    const few = /(metrics|feedback_18|evidence|health|outcomes)\.jsonl?$/;
    const files = waveFiles(execution_id, wave).filter(({ path }) => few.test(path));
    return commitWave(store, { epoch, execution_id, wave, at: AT, files });
  }

  /** Two runs, the first terminated before its close, with everything that is done around them. */
  async function story(store: ArtifactStore): Promise<void> {
    const first = await openLease(store, { execution_id: 'r1', at: AT }, everybodyIsClosed).catch(ignoreOver);
    if (first !== null) {
      await deriveFiles(store);
      await commitFew(store, first.epoch, 'r1', 1);
      await deriveFiles(store);
    }
    const { epoch } = await openLease(store, { execution_id: 'r2', at: AT }, everybodyIsClosed);
    await deriveFiles(store);
    await commitFew(store, epoch, 'r2', 1);
    await deriveFiles(store);
    const files = [{ path: 'phase22/runs/r2/phase22_summary.json', text: '{"run":2}\n' }];
    await closeLease(store, { epoch, execution_id: 'r2', at: AT, status: 'completed', files });
    await deriveFiles(store);
  }

  /** A repeated story finds the first run over once the second has begun. */
  function ignoreOver(error: unknown): null {
    if (error instanceof Error && error.name === 'ExecutionOver') return null;
    throw error;
  }

  it('ends with the same bytes wherever the process dies', async function () {
    this.timeout(60_000);
    const reference = open('reference');
    await story(reference);
    const expected = await snapshot(reference);
    assert.equal(expected['phase22/metrics.jsonl']?.split('\n').length, 3);
    let crashed = 0;
    for (let survives = 0; ; survives++) {
      const store = open(`${survives}`);
      const dies = crashingStore(store, survives);
      const ended = await story(dies).then(
        () => true,
        (error: unknown) => {
          assert.ok(error instanceof Crash, String(error));
          return false;
        },
      );
      // What readers see after the crash is whole: every committed file is there with its digest.
      assert.deepEqual(await verifyLedger(store), [], `after ${survives} changes`);
      if (ended) break;
      crashed += 1;
      // Now and then the second process dies too.
      if (survives % 4 === 0) {
        await resume(crashingStore(store, 3)).catch((error: unknown) => assert.ok(error instanceof Crash));
      }
      await resume(store);
      assert.deepEqual(await snapshot(store), expected, `after ${survives} changes`);
    }
    assert.ok(crashed > 40, `${crashed} crash points`);
  });

  /** Starts again. Once the second run is closed, all that is left is what opening does: mend. */
  async function resume(store: ArtifactStore): Promise<void> {
    const over = (await readLedger(store)).some(({ kind }) => kind === 'close');
    await (over ? deriveFiles(store) : story(store));
  }
});
