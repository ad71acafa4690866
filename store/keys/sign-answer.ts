/** Signing an approval or a rejection with a private key. */
import { randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AnswerVerdict, SignedPlace } from '../../domain/gate/signed-answer.ts';
import { signedBytes } from '../../domain/gate/signed-answer.ts';
import type { ApprovalAnswer } from '../../domain/model/run.ts';

export interface Signing extends SignedPlace {
  decision: AnswerVerdict;
  /** An Ed25519 private key. */
  key: KeyObject;
  /** Epoch milliseconds; the signature is refused from then on. */
  expiresAt: number;
}

const NONCE_BYTES = 18;

/**
 * The answer with a signature that holds once, until it expires, for this decision on this request of this wave and run.
 * Nothing of the answer may be changed afterwards. Throws TypeError for a key that is not an Ed25519 private key.
 */
export function signAnswer(answer: Omit<ApprovalAnswer, 'signature'>, signing: Signing): ApprovalAnswer {
  const { decision, key, expiresAt } = signing;
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError(`key: found a ${key.asymmetricKeyType ?? key.type} key, expected an Ed25519 private key`);
  }
  const nonce = randomBytes(NONCE_BYTES).toString('base64url');
  const expires = new Date(expiresAt).toISOString();
  const value = sign(null, signedBytes(decision, answer, signing, { nonce, expires }), key).toString('base64');
  return { ...answer, signature: { nonce, expires, value } };
}
