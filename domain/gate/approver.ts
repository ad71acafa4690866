/** Who may approve: a public key, and the name of its owner where it has one. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { decodeBase64 } from '../model/base64.ts';

export interface Approver {
  /** The 32 raw bytes of an Ed25519 public key. */
  key: Uint8Array;
  /** Null: its owner may give any name that no other key has. */
  name: string | null;
}

/** An approver as text: `ed25519:` and the key's 32 bytes in base64, then a space and a name where there is one. */
export const APPROVER_PATTERN = /^ed25519:([A-Za-z0-9+/]{43}=)(?: (.+))?$/;
export const APPROVER_NAME = /^\S(?:.{0,198}\S)?$/;

/** Reads such a text; null for anything else, and for a key that can verify nothing. */
export function parseApprover(text: string): Approver | null {
  const [, digits = '', name = null] = APPROVER_PATTERN.exec(text) ?? [];
  const key = decodeBase64(digits);
  if (key === null || !isKey(key) || (name !== null && !APPROVER_NAME.test(name))) return null;
  return { key, name };
}

/** Points of small order are no keys: some signatures hold under them for every text. */
function isKey(bytes: Uint8Array): boolean {
  return ed25519.utils.isValidPublicKey(bytes, false) && !ed25519.Point.fromBytes(bytes).isSmallOrder();
}
