/** What exactly an approver signs, and whether a signature holds. Pure and synchronous: handlers in workflows need it so. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { decodeBase64 } from '../model/base64.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import type { AnswerSignature, ApprovalAnswer } from '../model/run.ts';

/** What a person decides, as GateAnswer and the decisions call it. */
export type AnswerVerdict = 'approved' | 'rejected';

/** What is signed beside the answer itself: a signature is good for this request of this wave of this run only. */
export interface SignedPlace {
  execution_id: string;
  wave: number;
}

/** The bytes to sign: canonical JSON in UTF-8, so that there is one text for each answer. */
export function signedBytes(
  decision: AnswerVerdict,
  answer: Omit<ApprovalAnswer, 'signature'>,
  place: SignedPlace,
  { nonce, expires }: Omit<AnswerSignature, 'value'>,
): Uint8Array {
  const { request, digest, approver, reason, override } = answer;
  const text = canonicalJson({
    run: place.execution_id,
    wave: place.wave,
    request,
    digest,
    decision,
    approver,
    reason: reason ?? null,
    override: override ?? false,
    nonce,
    expires,
  });
  return new TextEncoder().encode(text);
}

/** Whether `value`, base64, is the signature of `bytes` by the owner of `key`; strict (RFC 8032), and never throws. */
export function signatureHolds(value: string, bytes: Uint8Array, key: Uint8Array): boolean {
  const signature = decodeBase64(value);
  return signature?.length === 64 && ed25519.verify(signature, bytes, key, { zip215: false });
}
