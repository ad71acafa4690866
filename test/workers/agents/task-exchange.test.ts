import assert from 'node:assert/strict';
import { errorText, readAnswer, taskMessage } from '../../../workers/agents/task-exchange.ts';
import { context, task } from './attempt.ts';

describe('what goes to an agent', () => {
  it('is task and context without the abort signal', () => {
    const sent = JSON.parse(taskMessage(task({ text: 'a' }), context())) as Record<string, Record<string, unknown>>;
    assert.deepEqual(Object.keys(sent), ['task', 'context']);
    assert.deepEqual(sent.task?.payload, { text: 'a' });
    assert.equal(sent.context?.idempotency_key, 'set/t_1/1');
    assert.ok(!('signal' in (sent.context ?? {})));
  });
});

describe('an answer', () => {
  it('is taken with every field that it may have', () => {
    const answer = { status: 'completed', confidence: 0.5, cost: 2, output: { a: [1, null] }, error: 'none' };
    assert.deepEqual(readAnswer('agent', JSON.stringify(answer)), answer);
  });

  for (const [text, reason] of [
    ['', /^agent gave no JSON: $/],
    ['done', /^agent gave no JSON: done$/],
    ['[]', /^agent answered wrongly: /],
    ['{"status":"done"}', /^agent answered wrongly: status: found "done", expected "completed" or "failed"$/],
    ['{"status":"completed","confidence":1.5}', /^agent answered wrongly: confidence: found 1\.5, expected .*1$/],
    ['{"status":"completed","extra":1}', /^agent answered wrongly: extra: found 1/],
  ] as const) {
    it(`is a failed attempt where it is ${text === '' ? 'empty' : text}`, () => {
      const { status, error } = readAnswer('agent', text);
      assert.equal(status, 'failed');
      assert.match(error ?? '', reason);
    });
  }

  it('tells no secret: in outputs and their keys, in errors, in what is no answer, not even half of one', () => {
    const secret = 'abcdefgh"ijkl';
    const read = (value: unknown) => readAnswer('agent', JSON.stringify(value), [secret]);
    assert.deepEqual(read({ status: 'completed', output: { [secret]: [`x${secret}`, 1] }, error: secret }), {
      status: 'completed',
      output: { '***': ['x***', 1] },
      error: '***',
    });
    assert.deepEqual(read({ status: secret }).error?.includes('abc'), false);
    // Both are cut when shown, in the middle of where the secret stood.
    assert.deepEqual(read({ status: `${'x'.repeat(70)}${secret}` }).error?.includes('abc'), false);
    assert.equal(readAnswer('agent', `${'x'.repeat(195)}token-12345`, ['token-12345']).error?.includes('tok'), false);
  });
});

describe('the text of an error', () => {
  it('is its message, else its code', () => {
    assert.equal(errorText(new Error('broken')), 'broken');
    assert.equal(errorText(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })), 'ECONNREFUSED');
    assert.equal(errorText('text'), 'text');
  });
});
