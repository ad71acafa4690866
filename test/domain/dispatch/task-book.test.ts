import assert from 'node:assert/strict';
import { openTaskBook } from '../../../domain/dispatch/task-book.ts';
import { reportChunk } from '../../../domain/dispatch/chunk-report.ts';
import { line } from '../wave/stage-fixture.ts';

describe('task book', () => {
  it('counts attempts in all and by agent, and keeps the last verdict', () => {
    const book = openTaskBook([
      line('t1', 'a', 'retry'),
      line('t2', 'a', 'completed'),
      line('t1', 'a', 'exhausted'),
      line('t1', 'b', 'retry'),
    ]);
    assert.deepEqual(book.get('t1'), {
      attemptsUsed: 3,
      attemptsOn: { a: 2, b: 1 },
      end: null,
      lastAgent: 'b',
      lastVerdict: 'retry',
    });
    assert.equal(book.get('t2')?.end, 'completed');
    assert.equal(book.get('t3'), undefined);
  });

  for (const end of ['completed', 'dead'] as const) {
    it(`refuses a task that goes on after it was ${end}`, () => {
      assert.throws(() => openTaskBook([line('t1', 'a', end), line('t1', 'b', 'retry')]), /t1 went on/);
    });
  }
});

describe('chunk report', () => {
  const range = { seq: 7, agentId: 'a', planVersion: 2, from: 10, to: 14 };

  it('sums up lines in whole numbers', () => {
    const lines = [
      line('t1', 'a', 'retry', { started_at: 0, finished_at: 50 }),
      line('t1', 'a', 'completed', { started_at: 50, finished_at: 150, predicted_ms: 90.4 }),
      line('t2', 'a', 'completed', { started_at: 0, finished_at: 200, predicted_ms: 90.4 }),
      line('t3', 'a', 'dead', { started_at: 150, finished_at: 170 }),
      line('t4', 'a', 'regate', { started_at: 150, finished_at: 160 }),
    ];
    const segment = { file: 'f', lines: 5, bytes: 500, sha256: 'x' };
    assert.deepEqual(reportChunk(range, lines, segment), {
      ...range,
      segment,
      completed: 2,
      dead: 1,
      failedAttempts: 3,
      observedMs: 300,
      predictedMs: 181,
      lastEndAt: 200,
    });
  });

  it('of nothing is nothing', () => {
    const { completed, dead, failedAttempts, observedMs, lastEndAt, segment } = reportChunk(range, [], null);
    assert.deepEqual([completed, dead, failedAttempts, observedMs, lastEndAt, segment], [0, 0, 0, 0, null, null]);
  });
});
