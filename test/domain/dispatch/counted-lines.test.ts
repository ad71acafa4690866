import assert from 'node:assert/strict';
import { countedBeside, countedLines, countLines } from '../../../domain/dispatch/counted-lines.ts';
import { openTaskBook } from '../../../domain/dispatch/task-book.ts';
import type { AttemptLine } from '../../../domain/model/outcome.ts';
import { line } from '../wave/stage-fixture.ts';

const own = (verdict: AttemptLine['verdict'], attempt = 1) => line('t1', 'a', verdict, { attempt });
const copy = (verdict: AttemptLine['verdict']) => line('t1', 'b', verdict, { copy: true });
const seen = (lines: AttemptLine[]) =>
  lines.map(({ agent_id, attempt, verdict }) => `${agent_id}${attempt} ${verdict}`);

describe('lines that count', () => {
  it('are all of them where nothing ran twice', () => {
    const lines = [own('retry'), own('completed', 2), line('t2', 'b', 'dead')];
    assert.deepEqual(countLines(lines), { counted: lines, discarded: [] });
  });

  it('are those of whoever was accepted first', () => {
    assert.deepEqual(seen(countedLines([own('completed'), copy('completed')])), ['a1 completed']);
    assert.deepEqual(seen(countedLines([copy('completed'), own('retry'), own('completed', 2)])), ['b1 completed']);
    assert.deepEqual(countLines([copy('completed'), own('retry'), own('completed', 2)]).discarded.length, 2);
  });

  it('leave out a copy that failed', () => {
    assert.deepEqual(seen(countedLines([copy('exhausted'), own('completed')])), ['a1 completed']);
  });

  it('number a copy after the attempts that counted before it', () => {
    const lines = countedLines([own('retry'), own('exhausted', 2), copy('completed')]);
    assert.deepEqual(seen(lines), ['a1 retry', 'a2 exhausted', 'b3 completed']);
    assert.equal(openTaskBook(lines).get('t1')?.attemptsUsed, 3);
  });

  it('leave a copy out of a task that is dead', () => {
    assert.deepEqual(seen(countedLines([own('dead'), copy('completed')])), ['a1 dead']);
  });

  it('still show a task that goes on after its end where no copy is in play', () => {
    assert.throws(() => openTaskBook(countedLines([own('completed'), own('retry', 2)])), /t1 went on/);
  });

  it('beside a rival are those that add to it; the tasks it ended are counted once', () => {
    const rivals = [copy('completed')];
    const lines = [own('retry'), line('t2', 'a', 'completed')];
    const { counted, elsewhere } = countedBeside(rivals, lines, ['t1', 't2', 't3']);
    assert.deepEqual([seen(counted), elsewhere], [['a1 completed'], 1]);
    assert.equal(counted[0]?.task_id, 't2');
  });
});
