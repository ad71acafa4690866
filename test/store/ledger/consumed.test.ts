import assert from 'node:assert/strict';
import type { ArtifactStore } from '../../../store/artifacts/artifact-store.ts';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { commitWave } from '../../../store/ledger/commit-wave.ts';
import { consumedTasks } from '../../../store/ledger/consumed.ts';
import { openLease } from '../../../store/ledger/lease.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { AT, everybodyIsClosed } from './sample-wave.ts';

interface Row {
  task_id: string;
  status: string;
  final?: boolean;
  generation?: number;
}

describe('consumed tasks', () => {
  const folder = scratchFolder();
  const open = () => localArtifacts(folder());

  async function run(store: ArtifactStore, id: string, outcomes: Row[], gate: [string, string][] = []) {
    const { epoch } = await openLease(store, { execution_id: id, at: AT }, everybodyIsClosed);
    const records = `phase22/runs/${id}/wave_1/records`;
    const rows = outcomes.map(({ task_id, status, final = true, generation = 1 }) => ({
      task_id,
      status: status === 'dead' ? 'failed' : status,
      final,
      idempotency_key: `demo/${task_id}/${generation}`,
    }));
    const files = [
      { path: `${records}/agents/agent_0/outcomes.jsonl`, records: rows.slice(0, 1) },
      { path: `${records}/agents/agent_1/outcomes.jsonl`, records: rows.slice(1) },
      {
        path: `${records}/dead_letters.jsonl`,
        records: outcomes.filter(({ status }) => status === 'dead').map(({ task_id }) => ({ task_id })),
      },
      { path: `${records}/gate_decisions.jsonl`, records: gate.map(([task_id, approval]) => ({ task_id, approval })) },
    ];
    await commitWave(store, { epoch, execution_id: id, wave: 1, at: AT, files });
  }

  it('are those completed, failed for good, or rejected', async () => {
    const store = open();
    await run(
      store,
      'a',
      [
        { task_id: 'done', status: 'failed', final: false },
        { task_id: 'done', status: 'completed' },
        { task_id: 'lost', status: 'dead' },
        { task_id: 'tried', status: 'failed' },
        { task_id: 'stopped', status: 'cancelled' },
      ],
      [
        ['no', 'rejected'],
        ['later', 'deferred'],
        ['turned', 'rejected'],
        ['turned', 'approved'],
        ['done', 'approved'],
      ],
    );
    assert.deepEqual(Object.fromEntries(await consumedTasks(store)), {
      no: { generation: 1, status: 'rejected', execution_id: 'a' },
      done: { generation: 1, status: 'completed', execution_id: 'a' },
      lost: { generation: 1, status: 'failed', execution_id: 'a' },
    });
  });

  it('follow the generations over runs', async () => {
    const store = open();
    await run(store, 'a', [
      { task_id: 'x', status: 'completed' },
      { task_id: 'y', status: 'dead' },
      { task_id: 'z', status: 'completed' },
    ]);
    await run(
      store,
      'b',
      [
        { task_id: 'x', status: 'dead', generation: 2 },
        { task_id: 'y', status: 'completed' },
      ],
      [['z', 'rejected']],
    );
    const consumed = await consumedTasks(store);
    assert.deepEqual(consumed.get('x'), { generation: 2, status: 'failed', execution_id: 'b' });
    assert.deepEqual(consumed.get('y'), { generation: 1, status: 'completed', execution_id: 'b' });
    assert.deepEqual(consumed.get('z'), { generation: 1, status: 'completed', execution_id: 'a' });
  });

  it('do not count what lies in a run folder but was not committed, or came from a dry run', async () => {
    const store = open();
    const row = { task_id: 't', status: 'completed', final: true, idempotency_key: 'demo/t/1' };
    for (const place of ['runs', 'dry_runs']) {
      await store.writeJsonl(`phase22/${place}/a/wave_1/records/agents/agent_0/outcomes.jsonl`, [row]);
    }
    assert.equal((await consumedTasks(store)).size, 0);
  });

  it('are told again without a second look at the waves that were told before', async () => {
    const store = open();
    const read: string[] = [];
    const noting: ArtifactStore = {
      ...store,
      readJsonl: <Row>(path: string) => {
        read.push(path);
        return store.readJsonl<Row>(path);
      },
    };
    await run(store, 'a', [{ task_id: 'x', status: 'completed' }]);
    const first = await consumedTasks(noting);
    await run(store, 'b', [{ task_id: 'x', status: 'dead', generation: 2 }]);
    read.length = 0;
    const second = await consumedTasks(noting);
    assert.deepEqual(
      read.filter((path) => path.includes('/a/')),
      [],
    );
    assert.deepEqual([...second], [...(await consumedTasks(store))]);
    assert.deepEqual([first.get('x')?.status, second.get('x')?.status], ['completed', 'failed']);
  });

  it('of a dry run count its forecasts, and nothing of those of another', async () => {
    const store = open();
    const forecast = (id: string, task: string) =>
      store.writeJsonl(`phase22/dry_runs/${id}/wave_1/records/agents/agent_0/outcomes.jsonl`, [
        { task_id: task, status: 'completed', final: true, idempotency_key: `demo/${task}/1` },
      ]);
    await forecast('p', 'x');
    await forecast('q', 'y');
    const told = async (execution_id: string) => [...(await consumedTasks(store, { execution_id, waves: [1] })).keys()];
    assert.deepEqual([await told('p'), await told('q'), await told('p')], [['x'], ['y'], ['x']]);
    assert.equal((await consumedTasks(store)).size, 0);
    await run(store, 'a', [{ task_id: 'z', status: 'completed' }]);
    assert.deepEqual([await told('p'), [...(await consumedTasks(store)).keys()]], [['z', 'x'], ['z']]);
  });

  it('name a key without a generation', async () => {
    const store = open();
    const { epoch } = await openLease(store, { execution_id: 'a', at: AT }, everybodyIsClosed);
    const path = 'phase22/runs/a/wave_1/records/agents/agent_0/outcomes.jsonl';
    const records = [{ task_id: 't', status: 'completed', final: true, idempotency_key: 'demo/t' }];
    await commitWave(store, { epoch, execution_id: 'a', wave: 1, at: AT, files: [{ path, records }] });
    await assert.rejects(consumedTasks(store), /agent_0\/outcomes\.jsonl: idempotency_key "demo\/t", expected/);
  });
});
