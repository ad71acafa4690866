import assert from 'node:assert/strict';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { CommittedFileDamaged, deriveCommit, deriveFiles } from '../../../store/ledger/derive.ts';
import { closeLease, openLease } from '../../../store/ledger/lease.ts';
import { readLedger } from '../../../store/ledger/ledger.ts';
import type { ArtifactStore } from '../../../store/artifacts/artifact-store.ts';
import { snapshot } from '../crashing-store.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { AT, commitSample, everybodyIsClosed } from './sample-wave.ts';

describe('derived files', () => {
  const folder = scratchFolder();
  const open = () => localArtifacts(folder());
  const begin = async (store: ArtifactStore, execution_id: string) =>
    (await openLease(store, { execution_id, at: AT }, everybodyIsClosed)).epoch;
  const end = (store: ArtifactStore, execution_id: string, epoch: number, names: string[]) => {
    const files = names.map((name) => ({ path: `phase22/runs/${execution_id}/${name}`, text: `${execution_id}\n` }));
    return closeLease(store, { epoch, execution_id, at: AT, status: 'completed', files });
  };
  const fixed = async (store: ArtifactStore) =>
    (await store.list('phase22/')).filter((path) => !/^phase22\/(runs|ledger)\//.test(path));
  const SUMMARY = 'phase22/phase22_summary.json';

  it('do not exist before anything is committed', async () => {
    const store = open();
    assert.deepEqual(await deriveFiles(store), []);
    await commitSample(store, await begin(store, 'a'), 'a', 1);
    assert.deepEqual(await fixed(store), []);
  });

  it('grow over runs, in the order of the commits', async () => {
    const store = open();
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 2);
    await commitSample(store, a, 'a', 1);
    await commitSample(store, await begin(store, 'b'), 'b', 1);
    await deriveFiles(store);
    const order = async (path: string) =>
      (await store.readJsonl<{ execution_id: string; wave: number; name: string }>(path)).map(
        (row) => `${row.execution_id}${row.wave} ${row.name}`,
      );
    for (const name of [
      'metrics.jsonl',
      'anomalies.jsonl',
      'learning_signals.jsonl',
      'meta_optimization_recommendations.jsonl',
      'gate_decisions.jsonl',
      'schedule_moves.jsonl',
      'dead_letters.jsonl',
      'quarantine.jsonl',
    ]) {
      assert.deepEqual(await order(`phase22/${name}`), [`a2 ${name}`, `a1 ${name}`, `b1 ${name}`]);
    }
    for (const phase of [16, 18, 20]) {
      const name = `feedback_${phase}.jsonl`;
      assert.deepEqual(await order(`phase${phase}/phase22_feedback.jsonl`), [`a2 ${name}`, `a1 ${name}`, `b1 ${name}`]);
    }
    const shown = await store.readJsonl<{ entry: number }>('phase22/ledger.jsonl');
    assert.deepEqual(
      shown.map(({ entry }) => entry),
      [1, 2, 3, 4, 5],
    );
    const entries = await Promise.all([1, 2, 3, 4, 5].map((n) => store.readText(`phase22/ledger/0000000${n}.json`)));
    assert.equal(await store.readText('phase22/ledger.jsonl'), entries.join(''));
  });

  it('show the latest run only in the fixed paths, and leave other files alone', async () => {
    const store = open();
    await store.write('phase22/agents.json', '{}');
    await store.write('phase22/wave_2/notes.txt', 'mine');
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 1, ['agent_0', 'agent_1']);
    await commitSample(store, a, 'a', 2);
    await end(store, 'a', a, ['phase22_summary.json', 'meta_optimization_report.md', 'inputs.json']);
    await deriveFiles(store);
    assert.equal(await store.readText(SUMMARY), 'a\n');
    assert.ok(await store.exists('phase22/wave_1/agent_1/outcomes.jsonl'));
    assert.ok(await store.exists('phase22/wave_2/agent_0/tuned_parameters.jsonl'));

    const b = await begin(store, 'b');
    await deriveFiles(store);
    assert.equal(await store.readText(SUMMARY), 'a\n');
    await commitSample(store, b, 'b', 1);
    await deriveFiles(store);
    const grown = (await fixed(store)).filter((path) => path.endsWith('s.jsonl') && !path.includes('/wave_'));
    assert.equal(grown.length, 7);
    assert.deepEqual(
      (await fixed(store)).filter((path) => !/^phase22\/[a-z_]+\.jsonl$/.test(path)),
      [
        'phase22/agents.json',
        'phase22/system_health.json',
        'phase22/wave_1/agent_0/adjusted_schedule.jsonl',
        'phase22/wave_1/agent_0/outcomes.jsonl',
        'phase22/wave_1/agent_0/tuned_parameters.jsonl',
        'phase22/wave_1/evidence.json',
        'phase22/wave_2/notes.txt',
      ],
    );
    assert.match(await store.readText('phase22/system_health.json'), /"execution_id":"b"/);
    await end(store, 'b', b, ['phase22_summary.json']);
    await deriveFiles(store);
    assert.equal(await store.readText(SUMMARY), 'b\n');
    assert.ok(await store.exists('phase22/runs/a/phase22_summary.json'));
  });

  it('show the summary of a run that had nothing to do, beside the waves of the run before', async () => {
    const store = open();
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 1);
    await end(store, 'a', a, ['phase22_summary.json']);
    const b = await begin(store, 'b');
    await end(store, 'b', b, ['phase22_summary.json']);
    const c = await begin(store, 'c');
    await end(store, 'c', c, []);
    await deriveFiles(store);
    assert.equal(await store.readText(SUMMARY), 'b\n');
    assert.match(await store.readText('phase22/wave_1/evidence.json'), /"execution_id":"a"/);
  });

  it('are mended, each alone, whatever was done to them', async () => {
    const store = open();
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 1);
    await commitSample(store, a, 'a', 2);
    await deriveFiles(store);
    const good = await snapshot(store);
    assert.deepEqual(await deriveFiles(store), []);
    const metrics = await store.readText('phase22/metrics.jsonl');
    await store.write('phase22/metrics.jsonl', metrics.replace('"wave":1', '"wave":7'));
    await store.write('phase22/system_health.json', '{}');
    await store.write('phase22/wave_9/agent_0/outcomes.jsonl', 'stale');
    await store.remove('phase16/phase22_feedback.jsonl');
    assert.deepEqual(await deriveFiles(store), [
      'phase16/phase22_feedback.jsonl',
      'phase22/metrics.jsonl',
      'phase22/system_health.json',
      'phase22/wave_9/agent_0/outcomes.jsonl',
    ]);
    assert.deepEqual(await snapshot(store), good);
  });

  it('never show a committed file that was damaged', async () => {
    const store = open();
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 1);
    await deriveFiles(store);
    await commitSample(store, a, 'a', 2);
    const before = await store.readText('phase22/metrics.jsonl');
    const path = 'phase22/runs/a/wave_2/records/metrics.jsonl';
    await store.write(path, '{"forged":true}\n');
    await assert.rejects(deriveFiles(store), (error) => error instanceof CommittedFileDamaged && error.path === path);
    assert.equal(await store.readText('phase22/metrics.jsonl'), before);
    await store.remove(path);
    await assert.rejects(deriveFiles(store), /wave_2\/records\/metrics\.jsonl is missing/);
  });

  it('take in a commit that comes while they are written', async () => {
    const store = open();
    const a = await begin(store, 'a');
    await commitSample(store, a, 'a', 1);
    let late: Promise<unknown> | null = null;
    const racing: ArtifactStore = {
      ...store,
      write: async (path, content) => {
        late ??= commitSample(store, a, 'a', 2);
        await late;
        return store.write(path, content);
      },
    };
    await deriveFiles(racing);
    assert.equal((await readLedger(store)).length, 3);
    assert.equal((await store.readJsonl('phase22/metrics.jsonl')).length, 2);
    assert.deepEqual(await deriveFiles(store), []);
  });
});

describe('derived files after a commit', () => {
  const folder = scratchFolder();
  const open = () => localArtifacts(folder());
  const commit = async (store: ArtifactStore, epoch: number, wave: number) =>
    (await commitSample(store, epoch, 'a', wave)).entry;
  /** A store with two committed waves of run `a`, derived. */
  const begun = async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'a', at: AT }, everybodyIsClosed);
    for (const wave of [1, 2]) await deriveCommit(store, await commit(store, epoch, wave));
    assert.deepEqual(await deriveFiles(store), []);
    return { store, epoch };
  };

  it('are as if made anew, without a look at the waves before', async () => {
    const { store, epoch } = await begun();
    const touched: string[] = [];
    const noting = Object.fromEntries(
      Object.entries(store).map(([name, call]) => [
        name,
        (path: string, ...rest: unknown[]) => {
          touched.push(path);
          return (call as (...args: unknown[]) => unknown)(path, ...rest);
        },
      ]),
    ) as unknown as ArtifactStore;
    await deriveCommit(noting, await commit(store, epoch, 3));
    assert.deepEqual(
      touched.filter((path) => /wave_[12]\//.test(path)),
      [],
    );
    assert.ok(touched.includes('phase22/wave_3/agent_0/outcomes.jsonl'));
    assert.deepEqual(await deriveFiles(store), []);
    assert.equal((await store.readJsonl('phase22/metrics.jsonl')).length, 3);
  });

  it('are the same when done twice, also by two processes at once', async () => {
    const { store, epoch } = await begun();
    const entry = await commit(store, epoch, 3);
    await Promise.all([deriveCommit(store, entry), deriveCommit(open(), entry)]);
    await deriveCommit(store, entry);
    assert.deepEqual(await deriveFiles(store), []);
  });

  it('catch up where a commit before was not derived, or a file is gone', async () => {
    const { store, epoch } = await begun();
    await commit(store, epoch, 3);
    await store.remove('phase22/anomalies.jsonl');
    await deriveCommit(store, await commit(store, epoch, 4));
    const shown = await store.readJsonl<{ wave: number }>('phase22/metrics.jsonl');
    assert.deepEqual(
      shown.map(({ wave }) => wave),
      [1, 2, 3, 4],
    );
    assert.equal((await store.readJsonl('phase22/anomalies.jsonl')).length, 4);
    assert.equal((await store.readJsonl('phase22/ledger.jsonl')).length, 5);
  });

  it('take in a commit that was made meanwhile, and drop what the run before showed', async () => {
    const { store, epoch } = await begun();
    const third = await commit(store, epoch, 3);
    await deriveCommit(store, await commit(store, epoch, 4));
    await deriveCommit(store, third);
    assert.deepEqual(await deriveFiles(store), []);
    const next = await openLease(store, { execution_id: 'b', at: AT }, everybodyIsClosed);
    await deriveCommit(store, (await commitSample(store, next.epoch, 'b', 9)).entry);
    assert.deepEqual(await deriveFiles(store), []);
    assert.deepEqual(await store.list('phase22/wave_1'), []);
  });

  it('never show a committed file that was damaged', async () => {
    const { store, epoch } = await begun();
    const entry = await commit(store, epoch, 3);
    const path = 'phase22/runs/a/wave_3/records/metrics.jsonl';
    await store.write(path, '{"forged":true}\n');
    const before = await store.readText('phase22/metrics.jsonl');
    await assert.rejects(
      deriveCommit(store, entry),
      (error) => error instanceof CommittedFileDamaged && error.path === path,
    );
    assert.equal(await store.readText('phase22/metrics.jsonl'), before);
  });
});
