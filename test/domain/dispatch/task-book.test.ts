import assert from 'node:assert/strict';
import { openTaskBook } from '../../../domain/dispatch/task-book.ts';
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
