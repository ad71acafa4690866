import assert from 'node:assert/strict';
import { validateAnswer } from '../../../domain/gate/validate-answer.ts';

const GOOD = { request: 'w2-g1', digest: `sha256:${'0'.repeat(64)}`, approver: 'ops' };
const SIGNATURE = { nonce: 'nonce_-1', expires: '2026-01-31T12:00:00Z', value: Buffer.alloc(64).toString('base64') };

function messageOf(answer: unknown): string {
  const checked = validateAnswer(answer);
  assert.equal(checked.ok, false);
  return checked.ok ? '' : checked.message;
}

describe('validateAnswer', () => {
  it('takes a whole answer, with and without the optional fields', () => {
    assert.deepEqual(validateAnswer(GOOD), { ok: true, answer: GOOD });
    const full = { ...GOOD, reason: 'seen', override: true };
    assert.deepEqual(validateAnswer(full), { ok: true, answer: full });
    assert.deepEqual(validateAnswer({ ...GOOD, reason: undefined }), { ok: true, answer: GOOD });
  });

  it('names the field that is wrong and what it was', () => {
    const wrong: [unknown, RegExp][] = [
      [null, /must be an object .* but is null/],
      [[GOOD], /but is a list/],
      ['w2-g1', /but is "w2-g1"/],
      [{ ...GOOD, request: 7 }, /^request .* but is 7$/],
      [{ request: 'w2-g1', approver: 'ops' }, /^digest .* but is missing$/],
      [{ ...GOOD, approver: '  ' }, /^approver .* but is " {2}"$/],
      [{ ...GOOD, approver: 'x'.repeat(201) }, /^approver must have at most 200 characters, but has 201$/],
      [{ ...GOOD, reason: '' }, /^reason .* but is ""$/],
      [{ ...GOOD, reason: 'x'.repeat(2001) }, /^reason must have at most 2000 characters, but has 2001$/],
      [{ ...GOOD, override: 'yes', reason: 'x' }, /^override must be true or false, but is "yes"$/],
      [{ ...GOOD, override: true }, /^reason is missing: an override/],
      [{ ...GOOD, why: 'x' }, /^unknown field "why"/],
    ];
    for (const [answer, expected] of wrong) assert.match(messageOf(answer), expected);
  });

  it('takes a name and a reason of exactly the longest length', () => {
    assert.equal(validateAnswer({ ...GOOD, approver: 'x'.repeat(200), reason: 'y'.repeat(2000) }).ok, true);
  });

  it('takes a signature of the right shape, whoever made it', () => {
    for (const changed of [{}, { nonce: 'x'.repeat(64) }, { expires: '2028-02-29T23:59:59.999Z' }]) {
      const answer = { ...GOOD, signature: { ...SIGNATURE, ...changed } };
      assert.deepEqual(validateAnswer(answer), { ok: true, answer });
    }
  });

  it('names the part of a signature that is wrong', () => {
    const wrong: [unknown, RegExp][] = [
      ['x', /^signature must be an object with nonce, expires and value, but is "x"$/],
      [null, /^signature must be an object .* but is null$/],
      [{ ...SIGNATURE, key: 'x' }, /^unknown field "key" in signature/],
      [{ ...SIGNATURE, nonce: 'x'.repeat(7) }, /^signature\.nonce must be 8 to 64 .* but is "xxxxxxx"$/],
      [{ ...SIGNATURE, nonce: 'x'.repeat(65) }, /^signature\.nonce/],
      [{ ...SIGNATURE, nonce: 'white space' }, /^signature\.nonce/],
      [{ ...SIGNATURE, nonce: undefined }, /^signature\.nonce .* but is missing$/],
      [{ ...SIGNATURE, expires: '2026-01-31T12:00:00+01:00' }, /^signature\.expires must be a time such as/],
      [{ ...SIGNATURE, expires: '2026-02-30T12:00:00Z' }, /^signature\.expires/],
      [{ ...SIGNATURE, expires: '2026-01-31' }, /^signature\.expires/],
      [{ ...SIGNATURE, expires: 1_800_000_000 }, /^signature\.expires/],
      [{ ...SIGNATURE, value: Buffer.alloc(63).toString('base64') }, /^signature\.value must be the 64 bytes/],
      [{ ...SIGNATURE, value: Buffer.alloc(65).toString('base64') }, /^signature\.value/],
      [{ ...SIGNATURE, value: SIGNATURE.value.slice(0, -2) }, /^signature\.value/],
      [{ ...SIGNATURE, value: 7 }, /^signature\.value .* but is 7$/],
    ];
    for (const [signature, expected] of wrong) assert.match(messageOf({ ...GOOD, signature }), expected);
  });

  it('repeats only the beginning of long input', () => {
    assert.ok(messageOf({ ...GOOD, override: 'x'.repeat(10_000) }).length < 200);
  });
});
