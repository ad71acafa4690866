import assert from 'node:assert/strict';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import {
  closeLease,
  currentLease,
  ExecutionOver,
  LeaseHeld,
  openLease,
  StaleEpoch,
} from '../../../store/ledger/lease.ts';
import { readLedger } from '../../../store/ledger/ledger.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { AT, commitSample, everybodyIsClosed, nobodyIsClosed } from './sample-wave.ts';

describe('lease', () => {
  const folder = scratchFolder();
  const store = () => localArtifacts(folder());
  const openAs = (execution_id: string, isClosed = nobodyIsClosed) =>
    openLease(store(), { execution_id, at: AT }, isClosed);
  const closeAs = (execution_id: string, epoch: number, status = 'completed') =>
    closeLease(store(), { execution_id, epoch, at: AT, status, files: [] });

  it('is taken once, however often the holder asks', async () => {
    assert.deepEqual(await openAs('a'), { epoch: 1 });
    assert.deepEqual(await openAs('a'), { epoch: 1 });
    assert.equal((await readLedger(store())).length, 1);
    assert.deepEqual(currentLease(await readLedger(store())), { epoch: 1, execution_id: 'a', closed: false });
  });

  it('is refused, naming the holder, while the holder is at work', async () => {
    await openAs('a');
    const asked: string[] = [];
    const isClosed = async (id: string) => {
      asked.push(id);
      return false;
    };
    await assert.rejects(openAs('b', isClosed), (error) => error instanceof LeaseHeld && error.holder === 'a');
    assert.deepEqual(asked, ['a']);
    assert.equal((await readLedger(store())).length, 1);
  });

  it('goes to the next run with a higher epoch after a close, without asking anybody', async () => {
    const { epoch } = await openAs('a');
    await closeAs('a', epoch);
    const neverAsked = () => Promise.reject(new Error('asked'));
    assert.deepEqual(await openAs('b', neverAsked), { epoch: 2 });
  });

  it('is taken over from a run that has ended without closing; the old run is shut out', async () => {
    await openAs('a');
    assert.deepEqual(await openAs('b', everybodyIsClosed), { epoch: 2 });
    await assert.rejects(commitSample(store(), 1, 'a', 1), StaleEpoch);
    await assert.rejects(commitSample(store(), 2, 'a', 1), StaleEpoch);
    await assert.rejects(closeAs('a', 1), StaleEpoch);
    await assert.rejects(openAs('a', everybodyIsClosed), ExecutionOver);
    assert.deepEqual(await store().list('phase22/runs/'), []);
    assert.equal((await commitSample(store(), 2, 'b', 1)).entry, 3);
  });

  it('is closed once: the first status stays', async () => {
    const { epoch } = await openAs('a');
    const first = await closeAs('a', epoch, 'cancelled');
    assert.deepEqual(await closeAs('a', epoch, 'completed'), first);
    assert.equal(first.status, 'cancelled');
    await assert.rejects(commitSample(store(), epoch, 'a', 1), StaleEpoch);
    await assert.rejects(openAs('a'), ExecutionOver);
  });

  it('goes to exactly one of several runs that want it at once', async () => {
    await openAs('gone');
    const isClosed = async (id: string) => id === 'gone';
    const results = await Promise.allSettled(['b', 'c', 'd', 'e'].map((id) => openAs(id, isClosed)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    assert.deepEqual(
      winners.map((winner) => winner.value),
      [{ epoch: 2 }],
    );
    for (const result of results) if (result.status === 'rejected') assert.ok(result.reason instanceof LeaseHeld);
  });

  it('is not given to a run whose id cannot be a folder', async () => {
    for (const id of ['../a', 'a/b', '', '.a', 'a'.repeat(129)]) await assert.rejects(openAs(id), /names a folder/);
    assert.deepEqual(await readLedger(store()), []);
    // As Temporal Schedules name the runs that they start.
    assert.deepEqual(await openAs('nightly-2026-11-24T02:00:00Z'), { epoch: 1 });
  });
});
