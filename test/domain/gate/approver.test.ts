import assert from 'node:assert/strict';
import { parseApprover } from '../../../domain/gate/approver.ts';
import { APPROVER } from './signing-key.ts';

/** The text for a point with this y. */
const pointAt = (y: number) => `ed25519:${Buffer.from([y, ...Array<number>(31).fill(0)]).toString('base64')}`;

describe('parseApprover', () => {
  it('reads a key with and without a name', () => {
    const key = Buffer.from(APPROVER.slice(8), 'base64');
    assert.deepEqual(parseApprover(APPROVER), { key: new Uint8Array(key), name: null });
    assert.equal(parseApprover(`${APPROVER} Zoë van Dam`)?.name, 'Zoë van Dam');
    assert.equal(parseApprover(`${APPROVER} x`)?.name, 'x');
    assert.equal(parseApprover(`${APPROVER} ${'x'.repeat(200)}`)?.name?.length, 200);
  });

  it('refuses what is no such text', () => {
    const bad = [
      '',
      APPROVER.slice(8),
      APPROVER.replace('ed25519', 'rsa'),
      APPROVER.slice(0, -1),
      `${APPROVER} `,
      `${APPROVER}  x`,
      `${APPROVER} x `,
      `${APPROVER} x\ny`,
      `${APPROVER} ${'x'.repeat(201)}`,
      ` ${APPROVER}`,
      // The same bytes, not as an encoder would write them.
      APPROVER.replace('VM=', 'VN='),
      `ed25519:${Buffer.alloc(31, 1).toString('base64')}`,
      `ed25519:${Buffer.alloc(33, 1).toString('base64')}`,
    ];
    for (const text of bad) assert.equal(parseApprover(text), null, JSON.stringify(text));
  });

  it('refuses bytes that are no key: off the curve, and points under which anybody can sign', () => {
    assert.equal(parseApprover(pointAt(2)), null, 'off the curve');
    assert.equal(parseApprover(pointAt(1)), null, 'the neutral point');
    assert.equal(parseApprover(pointAt(0)), null, 'a point of order 4');
  });
});
