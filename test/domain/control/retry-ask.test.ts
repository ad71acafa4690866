import assert from 'node:assert/strict';
import { ignoredAsk, isAskedFor, joinAsks, readRetryAsk, retryAnswer } from '../../../domain/control/retry-ask.ts';

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

  it('is answered with what is known by then', () => {
    assert.equal(retryAnswer('all', 'now'), 'all tasks that failed for good run again in the next wave, now');
    assert.equal(
      retryAnswer(['a', 'b'], 'now'),
      'those of the 2 task(s) named that have failed for good run again in the next wave, now; its board says which it ignored, and why',
    );
  });

  it('says which tasks were named in vain, by reason and not too many', () => {
    assert.equal(
      ignoredAsk(['a', 'b'], () => null),
      null,
    );
    for (const ask of [null, 'all'] as const) {
      assert.equal(
        ignoredAsk(ask, () => 'completed'),
        null,
      );
    }
    assert.equal(
      ignoredAsk(['a', 'b', 'c'], (id) => (id === 'a' ? 'completed' : id === 'b' ? null : 'not failed in this run')),
      'retryFailed ignored 2 of 3 task(s) named: a (completed); c (not failed in this run)',
    );
    assert.match(
      ignoredAsk(['a', 'b', 'c', 'd', 'e'], () => 'rejected') ?? '',
      /^retryFailed ignored 5 of 5 .*: a, b, c and 2 more \(rejected\)$/,
    );
  });
});
