/** Approvers' private keys as files: PKCS #8 in PEM, for their owner's eyes only. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BadInputError } from '../../contracts/bad-input.ts';
import { createFile } from '../artifacts/durable-file.ts';

const OWNER_ONLY = 0o600;
/** Of a public key in SPKI, the last bytes are the raw key. */
const RAW_KEY_BYTES = 32;
const EXPECTED =
  'an Ed25519 private key in PEM without a passphrase, as `npx wavewright keys <file>` or ' +
  '`openssl genpkey -algorithm ed25519` makes it';

/** Makes a key and writes it to a file that only its owner can read; null when there is a file of that name. */
export async function createKeyFile(path: string): Promise<KeyObject | null> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return (await createFile(path, pem, OWNER_ONLY)) ? privateKey : null;
}

/** Reads an approver's private key. Throws BadInputError, which never repeats what the file holds. */
export async function readKeyFile(path: string): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw bad(path, error.code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${error.code})`);
  });
  const label = /^-----BEGIN ([A-Z0-9 ]{1,40})-----$/m.exec(pem)?.[1];
  if (label === undefined) throw bad(path, 'a file without a PEM key');
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw bad(path, `"${label}" that cannot be read`);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw bad(path, `a private key of the kind ${key.asymmetricKeyType}`);
  return key;
}

/** The public half of an approver's key as `gate.approvers` takes it, with the owner's name where one is given. */
export function approverText(key: KeyObject, name: string | null): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const text = `ed25519:${spki.subarray(-RAW_KEY_BYTES).toString('base64')}`;
  return name === null ? text : `${text} ${name}`;
}

function bad(path: string, value: string): BadInputError {
  return new BadInputError([{ field: path, value, expected: EXPECTED }]);
}
