/** Checks what a person sends to approve or reject, before the Update is accepted. By hand: zod stays out of workflows. */
import type { ApprovalAnswer, ApprovalRequest } from '../model/run.ts';

const FIELDS: readonly string[] = ['request', 'digest', 'approver', 'reason', 'override'];
const APPROVER_CHARS_MAX = 200;
/** The reason is copied into the decision of every task of the request. */
const REASON_CHARS_MAX = 2000;
/** Longest piece of somebody's input that a message repeats. */
const SHOWN_CHARS_MAX = 80;

type Checked = { ok: true; answer: ApprovalAnswer } | { ok: false; message: string };

/** The answer with only its known fields, or a message that names the field, what it was, and what was expected. */
export function validateAnswer(answer: unknown, open: ApprovalRequest[]): Checked {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return refuse(`the answer must be an object with request, digest and approver, but is ${shown(answer)}`);
  }
  const fields = new Map<string, unknown>(Object.entries(answer));
  const message = unknownField(fields) ?? badField(fields);
  if (message !== null) return refuse(message);
  const checked = withoutAbsent(fields);
  const mismatch = notOpen(checked, open);
  return mismatch === null ? { ok: true, answer: checked } : refuse(mismatch);
}

function unknownField(fields: Map<string, unknown>): string | null {
  if (fields.has('signature')) {
    return 'signature: signed approvals are not supported yet; leave it out, and the approval is recorded as unverified';
  }
  const unknown = [...fields.keys()].find((name) => !FIELDS.includes(name));
  if (unknown === undefined) return null;
  return `unknown field ${shown(unknown)}; an answer has request, digest, approver, and may have reason and override`;
}

function badField(fields: Map<string, unknown>): string | null {
  const request = fields.get('request');
  if (!isText(request)) return `request must be the name of an open request, but is ${shown(request)}`;
  const digest = fields.get('digest');
  if (!isText(digest)) return `digest must be the "sha256:…" that the request shows, but is ${shown(digest)}`;
  const approver = fields.get('approver');
  if (!isText(approver)) return `approver must be the name of who decides, but is ${shown(approver)}`;
  if (approver.length > APPROVER_CHARS_MAX) {
    return `approver must have at most ${APPROVER_CHARS_MAX} characters, but has ${approver.length}`;
  }
  const reason = fields.get('reason');
  if (reason !== undefined && !isText(reason))
    return `reason must be a text that is not empty, but is ${shown(reason)}`;
  if (isText(reason) && reason.length > REASON_CHARS_MAX) {
    return `reason must have at most ${REASON_CHARS_MAX} characters, but has ${reason.length}`;
  }
  const override = fields.get('override');
  if (override !== undefined && typeof override !== 'boolean') {
    return `override must be true or false, but is ${shown(override)}`;
  }
  if (override === true && reason === undefined) {
    return 'reason is missing: an override of a confidence threshold needs one';
  }
  return null;
}

/** Only after the fields were checked. */
function withoutAbsent(fields: Map<string, unknown>): ApprovalAnswer {
  const present = [...fields].filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as ApprovalAnswer;
}

function notOpen(answer: ApprovalAnswer, open: ApprovalRequest[]): string | null {
  const request = open.find((candidate) => candidate.request === answer.request);
  if (!request) {
    const names = open.map((candidate) => candidate.request);
    const list = names.length === 0 ? 'no request is open' : `open: ${names.join(', ')}`;
    return `request ${shown(answer.request)} is not open; ${list}`;
  }
  if (request.digest === answer.digest) return null;
  return (
    `digest ${shown(answer.digest)} is not that of ${request.request}, which is ${request.digest}: ` +
    'its tasks are not those that the answer was given for; look at the request again'
  );
}

function refuse(message: string): Checked {
  return { ok: false, message };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
