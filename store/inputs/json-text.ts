/** Text that claims to be JSON, in the one way that inputs are read. */

/** How much of a rejected line is kept. */
const RAW_BYTES = 500;

/** Deeper nesting serves nobody and would exhaust the stack of whoever walks the value. */
const NESTING_MAX = 200;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

export type JsonText = { ok: true; value: unknown } | { ok: false; reason: string };

/** The deepest nesting of brackets outside strings. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (quoted) {
      if (c === 0x5c) i++;
      else if (c === 0x22) quoted = false;
    } else if (c === 0x22) quoted = true;
    else if (c === 0x7b || c === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return deepest;
}

/** Parses bytes as UTF-8 JSON, or says why not. */
export function parseJsonBytes(bytes: Uint8Array): JsonText {
  let text: string;
  try {
    text = strict.decode(bytes);
  } catch {
    return { ok: false, reason: 'not UTF-8' };
  }
  if (text.length > NESTING_MAX && nesting(text) > NESTING_MAX) {
    return { ok: false, reason: `nested deeper than ${NESTING_MAX} levels` };
  }
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    const nan = /[:[,]\s*(-?Infinity|NaN)\b/.exec(text);
    return { ok: false, reason: nan === null ? 'not JSON, or cut off' : `not JSON: ${nan[1]} is not a JSON number` };
  }
}

/** What people see of a rejected line: its first 500 bytes, broken characters replaced. */
export function rawPreview(bytes: Uint8Array): string {
  return lossy.decode(bytes.subarray(0, RAW_BYTES));
}

/** True for a JSON object; lists and null are not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
