import assert from 'node:assert/strict';
import type { EndedTask } from '../../../domain/wave/backlog.ts';
import { pendingTasks, placeTasks, retryIgnored, tasksOfWave, waveNumbers } from '../../../domain/wave/backlog.ts';
import { task } from '../../simulation/small-wave.ts';

const ids = (list: { task_id: string }[]) => list.map(({ task_id }) => task_id);

describe('backlog: waves', () => {
  it('keeps the wave that the schedule names', () => {
    const placed = placeTasks([task('x', { wave: 3 }), task('y', { wave: 1 })], 20);
    assert.deepEqual(
      placed.map(({ task_id, wave }) => [task_id, wave]),
      [
        ['x', 3],
        ['y', 1],
      ],
    );
    assert.deepEqual(waveNumbers(placed), [1, 3]);
  });

  it('forms waves of tasksPerWave after the last one named, most urgent first, then as read', () => {
    const loose = ['p', 'q', 'r', 's', 't'].map((id, index) =>
      task(id, { wave: null, priority: [2, 1, 2, 1, 3][index]! }),
    );
    const placed = placeTasks([task('x', { wave: 2 }), ...loose], 2);
    assert.deepEqual(Object.fromEntries(placed.map(({ task_id, wave }) => [task_id, wave])), {
      x: 2,
      q: 3,
      s: 3,
      p: 4,
      r: 4,
      t: 5,
    });
    assert.deepEqual(ids(placed), ['x', 'p', 'q', 'r', 's', 't'], 'the order is that of reading');
  });

  it('starts with wave 1 where the schedule names none; a full wave is not exceeded', () => {
    const placed = placeTasks(
      [1, 2, 3, 4].map((n) => task(`t${n}`, { wave: null })),
      4,
    );
    assert.deepEqual(waveNumbers(placed), [1]);
    assert.deepEqual(
      waveNumbers(placeTasks([...placed.map((one) => ({ ...one, wave: null })), task('t5', { wave: null })], 4)),
      [1, 2],
    );
  });

  it('a wave has its own tasks, and what earlier waves of the run left', () => {
    const placed = placeTasks([task('x', { wave: 1 }), task('y', { wave: 2 }), task('z', { wave: 3 })], 20);
    assert.deepEqual(ids(tasksOfWave(placed, [2])), ['y']);
    assert.deepEqual(ids(tasksOfWave(placed, [1, 2])), ['x', 'y']);
    assert.deepEqual(ids(tasksOfWave(placed, [1, 3])), ['x', 'z']);
  });
});

describe('backlog: failed tasks that are named', () => {
  const end = (status: EndedTask['status'], execution_id: string): EndedTask => ({
    generation: 1,
    status,
    execution_id,
  });
  const ended = new Map([
    ['failed', end('failed', 'now')],
    ['failed-before', end('failed', 'before')],
    ['completed', end('completed', 'now')],
    ['rejected', end('rejected', 'now')],
    ['gone', end('failed', 'now')],
  ]);
  const tasks = ['failed', 'failed-before', 'completed', 'rejected', 'deferred'].map((id) => task(id));
  const ignored = (...retry: string[]) => retryIgnored(tasks, ended, { execution_id: 'now', retry });

  it('run again where they failed in this run; of the others it is said why not', () => {
    assert.equal(ignored('failed'), null);
    for (const [id, why] of [
      ['nope', 'no such task in the dataset'],
      ['gone', 'no such task in the dataset'],
      ['completed', 'completed'],
      ['rejected', 'rejected'],
      ['deferred', 'not failed in this run'],
      ['failed-before', 'not failed in this run'],
    ] as const) {
      assert.equal(ignored('failed', id), `retryFailed ignored 1 of 2 task(s) named: ${id} (${why})`);
    }
  });
});

describe('backlog: what is pending', () => {
  const placed = placeTasks([task('x'), task('y')], 20);
  const ended = (end: EndedTask) => new Map([['x', end]]);
  const run = { execution_id: 'now', rerun: false };
  const generationOfX = (end: EndedTask, rerun = false) =>
    pendingTasks(placed, ended(end), { ...run, rerun }).find(({ task_id }) => task_id === 'x')?.generation ?? null;

  it('everything that never ended: deferred tasks too', () => {
    assert.deepEqual(ids(pendingTasks(placed, new Map(), run)), ['x', 'y']);
  });

  for (const [what, end, plain, rerun] of [
    ['completed earlier', { generation: 1, status: 'completed', execution_id: 'before' }, null, 2],
    [
      'completed earlier in its third generation',
      { generation: 3, status: 'completed', execution_id: 'before' },
      null,
      4,
    ],
    ['completed in this run', { generation: 1, status: 'completed', execution_id: 'now' }, null, null],
    ['failed earlier', { generation: 2, status: 'failed', execution_id: 'before' }, 2, 2],
    ['failed in this run', { generation: 1, status: 'failed', execution_id: 'now' }, null, null],
    ['rejected earlier', { generation: 1, status: 'rejected', execution_id: 'before' }, 1, 1],
    ['rejected in this run', { generation: 1, status: 'rejected', execution_id: 'now' }, null, null],
  ] as const) {
    it(`a task ${what}: generation ${plain ?? '–'}, with rerun ${rerun ?? '–'}`, () => {
      assert.equal(generationOfX(end), plain);
      assert.equal(generationOfX(end, true), rerun);
    });
  }
});
