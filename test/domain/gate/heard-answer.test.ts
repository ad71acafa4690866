import assert from 'node:assert/strict';
import { heardAnswer, usedNonces, withAnswer, type HeardAnswer } from '../../../domain/gate/heard-answer.ts';

const answer = (nonce: string, refused: string | null): HeardAnswer =>
  heardAnswer(
    'approved',
    { request: 'w1-g2', digest: 'sha256:0', approver: 'ops', signature: { nonce, expires: '', value: '' } },
    { at: 1, verified: refused === null, refused },
  );

describe('answers that a wave has heard', () => {
  it('are kept with what became of them; only the nonces of those that counted are used up', () => {
    const heard = [answer('first', null), answer('second', 'late')];
    assert.deepEqual(usedNonces(heard), ['first']);
    assert.deepEqual([heard[0]?.reason, heard[0]?.override, heard[1]?.refused], [null, false, 'late']);
  });

  it('lose the oldest refused one when those are many, and never one that counted', () => {
    let heard: HeardAnswer[] = [answer('counted', null)];
    for (let index = 0; index < 120; index++) heard = withAnswer(heard, answer(`n${index}`, 'no'));
    assert.equal(heard.length, 51);
    assert.equal(heard[0]?.refused, null);
    assert.deepEqual([heard[1]?.signature?.nonce, heard.at(-1)?.signature?.nonce], ['n70', 'n119']);
  });
});
