import assert from 'node:assert/strict';
import { isAskedFor, joinAsks, readRetryAsk } from '../../../domain/control/retry-ask.ts';

describe('asking for failed tasks again', () => {
  it('means all where nothing is named', () => {
    for (const payload of [undefined, null, {}]) assert.deepEqual(readRetryAsk(payload), { ok: true, ask: 'all' });
    assert.deepEqual(readRetryAsk({ tasks: ['a', 'b', 'a'] }), { ok: true, ask: ['a', 'b'] });
  });

  it('says what is wrong with a payload', () => {
    const said = (payload: unknown) => {
      const checked = readRetryAsk(payload);
      return checked.ok ? '' : checked.message;
    };
    for (const payload of ['a', 7, ['a']]) assert.match(said(payload), /^expected nothing, for every failed task/);
    assert.match(said({ task: 'a' }), /unknown field "task"/);
    for (const tasks of [[], 'a', Array.from({ length: 1001 }, () => 'a')]) {
      assert.match(said({ tasks }), /tasks must be a list of 1 to 1000 task ids/);
    }
    assert.match(said({ tasks: ['a', '../b'] }), /tasks\[1\] must be a task id/);
  });

  it('adds up, and all is all', () => {
    assert.deepEqual(joinAsks(null, ['a']), ['a']);
    assert.deepEqual(joinAsks(['a'], ['b', 'a']), ['a', 'b']);
    assert.equal(joinAsks(['a'], 'all'), 'all');
    assert.equal(joinAsks('all', ['a']), 'all');
    assert.deepEqual(
      [isAskedFor(null, 'a'), isAskedFor('all', 'a'), isAskedFor(['a'], 'a'), isAskedFor(['a'], 'b')],
      [false, true, true, false],
    );
  });
});
