/** What a wave keeps of every answer that people gave to its gate, whether it counted or not. */
import type { AnswerVerdict } from './signed-answer.ts';
import type { AnswerSignature, ApprovalAnswer } from '../model/run.ts';

export interface HeardAnswer {
  /** Epoch milliseconds. */
  at: number;
  verdict: AnswerVerdict;
  request: string;
  digest: string;
  approver: string;
  reason: string | null;
  override: boolean;
  /** A signature proved who gave it. */
  verified: boolean;
  signature: AnswerSignature | null;
  /** Why it released nothing: late, twice, of another digest, forged…; null: it counted. */
  refused: string | null;
}

/** Refused answers kept; those that counted are as few as the requests. */
const REFUSED_MAX = 50;

export function heardAnswer(
  verdict: AnswerVerdict,
  answer: ApprovalAnswer,
  { at, verified, refused }: Pick<HeardAnswer, 'at' | 'verified' | 'refused'>,
): HeardAnswer {
  const { request, digest, approver, reason, override, signature } = answer;
  return {
    at,
    verdict,
    request,
    digest,
    approver,
    reason: reason ?? null,
    override: override ?? false,
    verified,
    signature: signature ?? null,
    refused,
  };
}

/** The list with one more; of refused ones the oldest leaves when they are many. */
export function withAnswer(heard: readonly HeardAnswer[], answer: HeardAnswer): HeardAnswer[] {
  const refused = heard.filter((one) => one.refused !== null);
  const [oldest] = refused;
  const full = answer.refused !== null && refused.length >= REFUSED_MAX;
  return [...(full ? heard.filter((one) => one !== oldest) : heard), answer];
}

/** Nonces that a signature has used up. */
export function usedNonces(heard: readonly HeardAnswer[]): string[] {
  return heard.flatMap(({ refused, signature }) => (refused === null && signature ? [signature.nonce] : []));
}
