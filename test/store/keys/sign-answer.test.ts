import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { approvalAnswerSchema } from '../../../contracts/messages.ts';
import { judgeAnswer } from '../../../domain/gate/judge-answer.ts';
import { validateAnswer } from '../../../domain/gate/validate-answer.ts';
import type { ApprovalAnswer } from '../../../domain/model/run.ts';
import { approverText } from '../../../store/keys/key-file.ts';
import { signAnswer } from '../../../store/keys/sign-answer.ts';
import { KEY } from '../../domain/gate/signing-key.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ANSWER: ApprovalAnswer = { request: 'w3-g2', digest: DIGEST, approver: 'alice' };
const SIGNING = {
  decision: 'approved',
  execution_id: 'run-1',
  wave: 3,
  key: KEY,
  expiresAt: 2_000_000_000_000,
} as const;

describe('signAnswer', () => {
  it('makes what the checks of a wave and the published schema take, whatever names and reasons are', function () {
    this.timeout(60_000);
    const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== '');
    const answers = fc.record({ approver: words, reason: words }, { requiredKeys: ['approver'] });
    fc.assert(
      fc.property(answers, fc.constantFrom('approved', 'rejected'), fc.string(), (rest, decision, execution_id) => {
        const { privateKey: key } = generateKeyPairSync('ed25519');
        const answer = signAnswer({ ...ANSWER, ...rest }, { ...SIGNING, decision, execution_id, key });
        const sent = JSON.parse(JSON.stringify(answer)) as unknown;
        assert.ok(approvalAnswerSchema.safeParse(sent).success);
        const checked = validateAnswer(sent);
        assert.ok(checked.ok);
        const open = [
          {
            ...ANSWER,
            wave: 3,
            risk_level: 'HIGH',
            tasks: 1,
            below_threshold: 0,
            opened_at: 0,
            expires_at: 1,
          } as const,
        ];
        const standing = { execution_id, open, approvers: [approverText(key, null)], usedNonces: [], at: 0 };
        assert.deepEqual(judgeAnswer(decision, checked.answer, standing), { ok: true, verified: true });
      }),
      { numRuns: 40 },
    );
  });

  it('never uses a nonce twice, and says when it expires', () => {
    const made = [1, 2, 3].map(() => signAnswer(ANSWER, SIGNING).signature);
    assert.equal(new Set(made.map((signature) => signature?.nonce)).size, 3);
    assert.equal(made[0]?.expires, '2033-05-18T03:33:20.000Z');
  });

  it('refuses keys of other kinds, and public ones', () => {
    const { privateKey } = generateKeyPairSync('ed448');
    assert.throws(() => signAnswer(ANSWER, { ...SIGNING, key: privateKey }), /found a ed448 key, expected an Ed25519/);
    assert.throws(() => signAnswer(ANSWER, { ...SIGNING, key: createPublicKey(KEY) }), TypeError);
  });
});
