/** Whether an answer of the right shape counts: its request is open and unchanged, and its signature is an approver's. */
import type { ApprovalAnswer, ApprovalRequest } from '../model/run.ts';
import type { Approver } from './approver.ts';
import { parseApprover } from './approver.ts';
import type { AnswerVerdict } from './signed-answer.ts';
import { signatureHolds, signedBytes } from './signed-answer.ts';
import { shownInput } from './validate-answer.ts';

/** Where a run and its wave stand when an answer comes. */
export interface AnswerStanding {
  execution_id: string;
  open: readonly ApprovalRequest[];
  /** As in the run's `gate.approvers`; empty: answers need no signature, and none can be verified. */
  approvers: readonly string[];
  /** Nonces of the answers taken so far. */
  usedNonces: readonly string[];
  /** Epoch milliseconds. */
  at: number;
}

export type Judged = { ok: true; verified: boolean } | { ok: false; message: string };

/** Takes or refuses an answer; the message names the field, what it was, and what to do. `verified`: a signature held. */
export function judgeAnswer(verdict: AnswerVerdict, answer: ApprovalAnswer, standing: AnswerStanding): Judged {
  const { open, approvers } = standing;
  const request = open.find((candidate) => candidate.request === answer.request);
  const message = request ? otherDigest(answer, request) : notOpen(answer, open);
  if (!request || message !== null) return { ok: false, message: message ?? '' };
  if (approvers.length === 0 && answer.signature === undefined) return { ok: true, verified: false };
  const fault = badSignature(verdict, answer, request, standing);
  return fault === null ? { ok: true, verified: true } : { ok: false, message: fault };
}

function notOpen(answer: ApprovalAnswer, open: readonly ApprovalRequest[]): string {
  const names = open.map((candidate) => candidate.request);
  const list = names.length === 0 ? 'no request is open' : `open: ${names.join(', ')}`;
  return `request ${shownInput(answer.request)} is not open; ${list}`;
}

function otherDigest(answer: ApprovalAnswer, request: ApprovalRequest): string | null {
  if (request.digest === answer.digest) return null;
  return (
    `digest ${shownInput(answer.digest)} is not that of ${request.request}, which is ${request.digest}: ` +
    'its tasks are not those that the answer was given for; look at the request again'
  );
}

/** What is cheap to see comes first: a forged signature costs a verification for every key. */
function badSignature(
  verdict: AnswerVerdict,
  answer: ApprovalAnswer,
  request: ApprovalRequest,
  standing: AnswerStanding,
): string | null {
  const { signature } = answer;
  if (standing.approvers.length === 0) {
    return 'signature: the run has no gate.approvers to check it against; leave it out, and the answer is recorded as unverified';
  }
  const command = `\`npx wavewright ${verdict === 'approved' ? 'approve' : 'reject'} --key <file>\``;
  if (signature === undefined) {
    return `signature is missing: the run has gate.approvers, so sign the answer with ${command}; with --print it gives the payload to paste`;
  }
  if (!(Date.parse(signature.expires) > standing.at)) {
    return `signature.expires ${shownInput(signature.expires)} is past: sign the answer again with ${command}`;
  }
  if (standing.usedNonces.includes(signature.nonce)) {
    return `signature.nonce ${shownInput(signature.nonce)} was used before: sign the answer again with ${command}`;
  }
  const approvers = standing.approvers.map(parseApprover).filter((one) => one !== null);
  const bytes = signedBytes(verdict, answer, { execution_id: standing.execution_id, wave: request.wave }, signature);
  const signer = approvers.find(({ key }) => signatureHolds(signature.value, bytes, key));
  return signer ? wrongName(answer.approver, signer, approvers) : forged(verdict, answer, request, standing);
}

function forged(verdict: string, answer: ApprovalAnswer, { wave }: ApprovalRequest, standing: AnswerStanding): string {
  return (
    `signature.value: no key of gate.approvers signed that ${shownInput(answer.approver)} ${verdict} ${answer.request} ` +
    `of wave ${wave} of run ${standing.execution_id} with this digest, reason, override, nonce and expires`
  );
}

/** A name belongs to the keys that carry it: neither a key of another name nor one without may take it. */
function wrongName(given: string, signer: Approver, approvers: readonly Approver[]): string | null {
  if (signer.name === given) return null;
  if (signer.name !== null) {
    return `approver must be ${JSON.stringify(signer.name)}, whose key signed the answer, but is ${shownInput(given)}`;
  }
  if (approvers.every(({ name }) => name !== given)) return null;
  return `approver ${shownInput(given)} has a key of that name in gate.approvers, and another key signed the answer`;
}
