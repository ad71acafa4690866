import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { parseApprover } from '../../../domain/gate/approver.ts';
import { signatureHolds, signedBytes } from '../../../domain/gate/signed-answer.ts';
import { APPROVER, KEY } from './signing-key.ts';

const ANSWER = { request: 'w2-g1', digest: `sha256:${'0'.repeat(64)}`, approver: 'Zoë' };
const PLACE = { execution_id: 'run-east-1', wave: 2 };
const SIGNED = { nonce: 'nonce_0001', expires: '2026-01-31T12:00:00Z' };
const PUBLIC = parseApprover(APPROVER)!.key;
/** Made by `openssl pkeyutl -sign -rawin` from the text below with reason and without override. */
const BY_OPENSSL = 'u3xfzg6KG8q69aNOwlDf7wiHNUdJjmdDArLWPO84T+FTnTSiwhfaKD91KTzaFb7gSx5tx5QLoQQGUR/cZ5cFAg==';
/** The order of the curve's group, little-endian. */
const ORDER = Buffer.from('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010', 'hex');

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe('the signed text of an answer', () => {
  it('is canonical JSON of all that the answer means', () => {
    assert.equal(
      text(signedBytes('approved', { ...ANSWER, reason: 'seen "it"' }, PLACE, SIGNED)),
      `{"approver":"Zoë","decision":"approved","digest":"sha256:${'0'.repeat(64)}",` +
        '"expires":"2026-01-31T12:00:00Z","nonce":"nonce_0001","override":false,"reason":"seen \\"it\\"",' +
        '"request":"w2-g1","run":"run-east-1","wave":2}',
    );
  });

  it('has null for no reason, and false for no override', () => {
    const bare = text(signedBytes('rejected', ANSWER, PLACE, SIGNED));
    assert.match(bare, /"decision":"rejected".*"override":false,"reason":null/);
    assert.equal(text(signedBytes('rejected', { ...ANSWER, override: false }, PLACE, SIGNED)), bare);
    assert.match(text(signedBytes('approved', { ...ANSWER, override: true }, PLACE, SIGNED)), /"override":true/);
  });
});

describe('a signature', () => {
  const bytes = signedBytes('approved', { ...ANSWER, reason: 'seen "it"' }, PLACE, SIGNED);

  it('holds when Node or openssl made it', () => {
    assert.equal(signatureHolds(BY_OPENSSL, bytes, PUBLIC), true);
    assert.equal(sign(null, bytes, KEY).toString('base64'), BY_OPENSSL);
  });

  it('holds for the test vector of RFC 8032 (7.1, test 2)', () => {
    const key = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex');
    const signature = Buffer.from(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
        '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      'hex',
    );
    assert.equal(signatureHolds(signature.toString('base64'), new Uint8Array([0x72]), new Uint8Array(key)), true);
  });

  it('has one form only: a multiple of the order added to its second half does not hold', () => {
    const other = Buffer.from(BY_OPENSSL, 'base64');
    for (let index = 0, carry = 0; index < 32; index++) {
      const sum = other[32 + index]! + ORDER[index]! + carry;
      other[32 + index] = sum & 0xff;
      carry = sum >> 8;
    }
    assert.equal(signatureHolds(other.toString('base64'), bytes, PUBLIC), false);
  });

  it('of another length, or no base64, does not hold and does not throw', () => {
    for (const value of ['', 'x', BY_OPENSSL.slice(4), `AAAA${BY_OPENSSL}`, BY_OPENSSL.replace('Ag==', 'Ah==')]) {
      assert.equal(signatureHolds(value, bytes, PUBLIC), false, value);
    }
  });
});
