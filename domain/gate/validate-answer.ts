/** Checks the shape of what a person sends to approve or reject. By hand: zod stays out of workflows. */
import { shortened } from '../control/shortened.ts';
import { decodeBase64 } from '../model/base64.ts';
import type { ApprovalAnswer } from '../model/run.ts';

const FIELDS: readonly string[] = ['request', 'digest', 'approver', 'reason', 'override', 'signature'];
const SIGNATURE_FIELDS: readonly string[] = ['nonce', 'expires', 'value'];
const NONCE = /^[A-Za-z0-9_-]{8,64}$/;
const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
const SIGNATURE_BYTES = 64;
/** Whatever is refused is kept too. */
const REQUEST_CHARS_MAX = 64;
const DIGEST_CHARS_MAX = 100;
const APPROVER_CHARS_MAX = 200;
/** The reason is copied into the decision of every task of the request. */
const REASON_CHARS_MAX = 2000;
/** Longest piece of somebody's input that a message repeats. */
const SHOWN_CHARS_MAX = 80;

type Checked = { ok: true; answer: ApprovalAnswer } | { ok: false; message: string };

/**
 * The answer with only its known fields, or a message that names the field, what it was, and what was expected. Whether
 * it fits what is open, and who signed it, is not judged here.
 */
export function validateAnswer(answer: unknown): Checked {
  if (!isObject(answer)) {
    return refuse(`the answer must be an object with request, digest and approver, but is ${shownInput(answer)}`);
  }
  const fields = new Map<string, unknown>(Object.entries(answer));
  const message = unknownField(fields) ?? badField(fields) ?? badSignature(fields.get('signature'));
  return message === null ? { ok: true, answer: withoutAbsent(fields) } : refuse(message);
}

function unknownField(fields: Map<string, unknown>): string | null {
  const unknown = [...fields.keys()].find((name) => !FIELDS.includes(name));
  if (unknown === undefined) return null;
  return (
    `unknown field ${shownInput(unknown)}; an answer has request, digest, approver, ` +
    'and may have reason, override and signature'
  );
}

function badField(fields: Map<string, unknown>): string | null {
  const request = fields.get('request');
  if (!isText(request) || request.length > REQUEST_CHARS_MAX)
    return `request must be the name of an open request, but is ${shownInput(request)}`;
  const digest = fields.get('digest');
  if (!isText(digest) || digest.length > DIGEST_CHARS_MAX)
    return `digest must be the "sha256:…" that the request shows, but is ${shownInput(digest)}`;
  const approver = fields.get('approver');
  if (!isText(approver)) return `approver must be the name of who decides, but is ${shownInput(approver)}`;
  if (approver.length > APPROVER_CHARS_MAX) {
    return `approver must have at most ${APPROVER_CHARS_MAX} characters, but has ${approver.length}`;
  }
  const reason = fields.get('reason');
  if (reason !== undefined && !isText(reason))
    return `reason must be a text that is not empty, but is ${shownInput(reason)}`;
  if (isText(reason) && reason.length > REASON_CHARS_MAX) {
    return `reason must have at most ${REASON_CHARS_MAX} characters, but has ${reason.length}`;
  }
  const override = fields.get('override');
  if (override !== undefined && typeof override !== 'boolean') {
    return `override must be true or false, but is ${shownInput(override)}`;
  }
  if (override === true && reason === undefined) {
    return 'reason is missing: an override of a confidence threshold needs one';
  }
  return null;
}

/** The shape of a signature; none at all is a matter of the run's approvers. */
function badSignature(signature: unknown): string | null {
  if (signature === undefined) return null;
  if (!isObject(signature)) {
    return `signature must be an object with nonce, expires and value, but is ${shownInput(signature)}`;
  }
  const unknown = Object.keys(signature).find((name) => !SIGNATURE_FIELDS.includes(name));
  if (unknown !== undefined) {
    return `unknown field ${shownInput(unknown)} in signature; it has nonce, expires and value`;
  }
  const { nonce, expires, value } = signature;
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) {
    return `signature.nonce must be 8 to 64 letters, digits, "_" or "-", but is ${shownInput(nonce)}`;
  }
  if (typeof expires !== 'string' || !isTime(expires)) {
    return `signature.expires must be a time such as "2026-01-31T12:00:00Z", but is ${shownInput(expires)}`;
  }
  if (typeof value !== 'string' || decodeBase64(value)?.length !== SIGNATURE_BYTES) {
    return `signature.value must be the ${SIGNATURE_BYTES} bytes of an Ed25519 signature in base64, but is ${shownInput(value)}`;
  }
  return null;
}

/** Date.parse takes 30 February for a day in March. */
function isTime(text: string): boolean {
  const ms = UTC_TIME.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 19));
}

/** Only after the fields were checked. */
function withoutAbsent(fields: Map<string, unknown>): ApprovalAnswer {
  const present = [...fields].filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as ApprovalAnswer;
}

function refuse(message: string): Checked {
  return { ok: false, message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Somebody's input as a message repeats it: JSON, cut to a readable length. */
export function shownInput(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return shortened(text, SHOWN_CHARS_MAX);
}
