import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import type { AnswerStanding } from '../../../domain/gate/judge-answer.ts';
import { judgeAnswer } from '../../../domain/gate/judge-answer.ts';
import { signedBytes } from '../../../domain/gate/signed-answer.ts';
import { validateAnswer } from '../../../domain/gate/validate-answer.ts';
import type { AnswerSignature, ApprovalAnswer, ApprovalRequest } from '../../../domain/model/run.ts';
import { APPROVER, KEY } from './signing-key.ts';

const OPEN: ApprovalRequest[] = ['w2-g1', 'w2-g2'].map((request, i) => ({
  request,
  digest: `sha256:${String(i).repeat(64)}`,
  wave: 2,
  risk_level: 'HIGH',
  tasks: 3,
  below_threshold: 1,
  opened_at: 0,
  expires_at: 1,
}));
const ANSWER: ApprovalAnswer = { request: 'w2-g1', digest: OPEN[0]!.digest, approver: 'alice' };
const FULL: ApprovalAnswer = { ...ANSWER, reason: 'seen', override: true };
const EXPIRES = '2026-01-31T12:00:00Z';
const AT = Date.parse(EXPIRES) - 60_000;
const UNSIGNED: AnswerStanding = { execution_id: 'run-1', open: OPEN, approvers: [], usedNonces: [], at: AT };
const SIGNED: AnswerStanding = { ...UNSIGNED, approvers: [APPROVER] };
const OTHER = generateKeyPairSync('ed25519');
const OTHER_APPROVER = `ed25519:${OTHER.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')}`;

interface How {
  key?: typeof KEY;
  decision?: 'approved' | 'rejected';
  nonce?: string;
  expires?: string;
  execution_id?: string;
  wave?: number;
}

function signed(answer: ApprovalAnswer, how: How = {}): ApprovalAnswer & { signature: AnswerSignature } {
  const { key = KEY, decision = 'approved', nonce = 'nonce-01', expires = EXPIRES } = how;
  const place = { execution_id: how.execution_id ?? 'run-1', wave: how.wave ?? 2 };
  const bytes = signedBytes(decision, answer, place, { nonce, expires });
  return { ...answer, signature: { nonce, expires, value: sign(null, bytes, key).toString('base64') } };
}

function refusal(answer: ApprovalAnswer, standing: AnswerStanding, verdict: 'approved' | 'rejected' = 'approved') {
  const judged = judgeAnswer(verdict, answer, standing);
  assert.equal(judged.ok, false);
  return judged.ok ? '' : judged.message;
}

describe('judgeAnswer', () => {
  it('takes an unsigned answer, unverified, where the run has no approvers', () => {
    for (const verdict of ['approved', 'rejected'] as const) {
      assert.deepEqual(judgeAnswer(verdict, FULL, UNSIGNED), { ok: true, verified: false });
    }
  });

  it('lists the open requests when it does not know the one named', () => {
    const answer = { ...ANSWER, request: 'w2-g3' };
    assert.equal(refusal(answer, UNSIGNED), 'request "w2-g3" is not open; open: w2-g1, w2-g2');
    assert.equal(refusal(ANSWER, { ...UNSIGNED, open: [] }), 'request "w2-g1" is not open; no request is open');
    assert.match(refusal(signed(answer), SIGNED), /is not open/);
  });

  it('refuses the digest of another request', () => {
    const answer = { ...ANSWER, digest: OPEN[1]!.digest };
    assert.match(refusal(answer, UNSIGNED), /^digest "sha256:1.* is not that of w2-g1, which is sha256:0/);
    assert.match(refusal(signed(answer), SIGNED), /is not that of w2-g1/);
  });

  it('takes a signature of any approver as proof, for either decision', () => {
    assert.deepEqual(judgeAnswer('approved', signed(FULL), SIGNED), { ok: true, verified: true });
    const both = { ...SIGNED, approvers: [OTHER_APPROVER, APPROVER] };
    const no = signed(ANSWER, { decision: 'rejected' });
    assert.deepEqual(judgeAnswer('rejected', no, both), { ok: true, verified: true });
  });

  it('refuses an unsigned answer where the run has approvers, and says how to sign', () => {
    assert.match(refusal(ANSWER, SIGNED), /^signature is missing: .*`npx wavewright approve --key <file>`.*--print/);
    assert.match(refusal(ANSWER, SIGNED, 'rejected'), /`npx wavewright reject --key <file>`/);
  });

  it('refuses a signature where nobody could check it', () => {
    assert.match(refusal(signed(ANSWER), UNSIGNED), /^signature: the run has no gate\.approvers/);
  });

  it('refuses a key that is not on the list', () => {
    assert.match(refusal(signed(ANSWER, { key: OTHER.privateKey }), SIGNED), /^signature\.value: no key of/);
  });

  it('refuses what was signed for another decision, run or wave', () => {
    const elsewhere: How[] = [{ decision: 'rejected' }, { execution_id: 'run-2' }, { wave: 1 }];
    for (const how of elsewhere) assert.match(refusal(signed(ANSWER, how), SIGNED), /^signature\.value: no key of/);
  });

  it('refuses a signature from the very moment at which it expires', () => {
    const last = { ...SIGNED, at: Date.parse(EXPIRES) - 1 };
    assert.equal(judgeAnswer('approved', signed(ANSWER), last).ok, true);
    const over = { ...SIGNED, at: Date.parse(EXPIRES) };
    assert.match(refusal(signed(ANSWER), over), /^signature\.expires "2026-01-31T12:00:00Z" is past/);
  });

  it('takes a nonce once', () => {
    const used = { ...SIGNED, usedNonces: ['nonce-00', 'nonce-01'] };
    assert.match(refusal(signed(ANSWER), used), /^signature\.nonce "nonce-01" was used before/);
    assert.equal(judgeAnswer('approved', signed(ANSWER, { nonce: 'nonce-02' }), used).ok, true);
  });

  it('holds a named key to its name, and its name to the key', () => {
    const named = { ...SIGNED, approvers: [`${APPROVER} alice`, OTHER_APPROVER] };
    assert.deepEqual(judgeAnswer('approved', signed(ANSWER), named), { ok: true, verified: true });
    const bob = { ...ANSWER, approver: 'bob' };
    assert.match(refusal(signed(bob), named), /^approver must be "alice", whose key signed .* but is "bob"$/);
    assert.equal(judgeAnswer('approved', signed(bob, { key: OTHER.privateKey }), named).ok, true);
    assert.match(refusal(signed(ANSWER, { key: OTHER.privateKey }), named), /^approver "alice" has a key of that name/);
  });

  it('refuses everything while no entry of the list is a key', () => {
    assert.match(refusal(signed(ANSWER), { ...SIGNED, approvers: ['ed25519:', 'alice'] }), /no key of/);
  });

  it('refuses an answer of which one character was changed after signing', function () {
    // Each case costs a verification in plain JavaScript.
    this.timeout(60_000);
    const fields = ['request', 'digest', 'approver', 'reason', 'nonce', 'expires', 'value'] as const;
    const damage = fc.record({
      field: fc.constantFrom(...fields),
      at: fc.nat(200),
      to: fc.constantFrom(...'09azAZ+/=-_:.TZ 2g'.split('')),
    });
    fc.assert(
      fc.property(damage, ({ field, at, to }) => {
        const whole = signed(FULL);
        const inside = field === 'nonce' || field === 'expires' || field === 'value';
        const before = (inside ? whole.signature[field] : whole[field]) ?? '';
        const spot = at % before.length;
        const after = before.slice(0, spot) + to + before.slice(spot + 1);
        fc.pre(after !== before);
        const changed = inside
          ? { ...whole, signature: { ...whole.signature, [field]: after } }
          : { ...whole, [field]: after };
        // As if a request of that name and digest were open, so that only the signature can tell.
        const open = [...OPEN, { ...OPEN[0]!, request: changed.request, digest: changed.digest }];
        const checked = validateAnswer(changed);
        assert.equal(checked.ok && judgeAnswer('approved', checked.answer, { ...SIGNED, open }).ok, false);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a signature of which one bit was flipped, and a reason or override taken out or put in', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const whole = signed(FULL);
        const value = Buffer.from(whole.signature.value, 'base64');
        value[bit >> 3]! ^= 1 << (bit & 7);
        const changed = { ...whole, signature: { ...whole.signature, value: value.toString('base64') } };
        assert.equal(judgeAnswer('approved', changed, SIGNED).ok, false);
      }),
      { numRuns: 100 },
    );
    const { signature } = signed(FULL);
    const { reason: _, ...silent } = FULL;
    for (const changed of [silent, { ...FULL, override: false }]) {
      assert.equal(judgeAnswer('approved', { ...changed, signature }, SIGNED).ok, false);
    }
    const loose = { ...ANSWER, reason: 'r', override: true, signature: signed(ANSWER).signature };
    assert.equal(judgeAnswer('approved', loose, SIGNED).ok, false);
  });
});
