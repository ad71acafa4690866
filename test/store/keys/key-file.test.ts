import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInputError } from '../../../contracts/bad-input.ts';
import { parseApprover } from '../../../domain/gate/approver.ts';
import { approverText, createKeyFile, readKeyFile } from '../../../store/keys/key-file.ts';
import { APPROVER, PEM } from '../../domain/gate/signing-key.ts';
import { scratchFolder } from '../scratch-folder.ts';

describe('key files', () => {
  const folder = scratchFolder();
  const file = (name: string) => join(folder(), name);

  it('are made for their owner alone, and read back', async () => {
    const key = await createKeyFile(file('alice.pem'));
    assert.ok(key !== null);
    assert.equal(statSync(file('alice.pem')).mode & 0o777, 0o600);
    assert.match(readFileSync(file('alice.pem'), 'utf8'), /^-----BEGIN PRIVATE KEY-----\n/);
    const text = approverText(await readKeyFile(file('alice.pem')), 'alice');
    assert.equal(text, approverText(key, 'alice'));
    assert.equal(parseApprover(text)?.name, 'alice');
  });

  it('are never overwritten', async () => {
    writeFileSync(file('mine'), 'precious');
    assert.equal(await createKeyFile(file('mine')), null);
    assert.equal(readFileSync(file('mine'), 'utf8'), 'precious');
  });

  it('of openssl are read', async () => {
    writeFileSync(file('openssl.pem'), PEM);
    assert.equal(approverText(await readKeyFile(file('openssl.pem')), null), APPROVER);
  });

  it('that are none are refused in words, without a word of what they hold', async () => {
    const pem = { type: 'pkcs8', format: 'pem' } as const;
    const ed25519 = generateKeyPairSync('ed25519');
    const files: [string, string | Buffer, RegExp][] = [
      ['text', 'secret words', /a file without a PEM key/],
      ['empty', '', /a file without a PEM key/],
      ['rsa', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pem), /of the kind rsa/],
      ['x25519', generateKeyPairSync('x25519').privateKey.export(pem), /of the kind x25519/],
      ['public', ed25519.publicKey.export({ type: 'spki', format: 'pem' }), /"PUBLIC KEY" that cannot be read/],
      [
        'locked',
        ed25519.privateKey.export({ ...pem, cipher: 'aes-128-cbc', passphrase: 'x' }),
        /"ENCRYPTED PRIVATE KEY" that cannot be read/,
      ],
      ['cut', `${PEM.slice(0, 60)}\n-----END PRIVATE KEY-----\n`, /"PRIVATE KEY" that cannot be read/],
    ];
    for (const [name, content] of files) writeFileSync(file(name), content);
    mkdirSync(file('folder'));
    const cases = [
      ...files.map(([name, , expected]) => [name, expected] as const),
      ['absent', /found no such file/] as const,
      ['folder', /that cannot be read \(EISDIR\)/] as const,
    ];
    for (const [name, expected] of cases) {
      await assert.rejects(readKeyFile(file(name)), (error) => {
        assert.ok(error instanceof BadInputError, name);
        assert.match(error.message, expected);
        assert.ok(error.message.startsWith(`${file(name)}: found `));
        assert.match(error.message, /expected an Ed25519 private key in PEM/);
        assert.doesNotMatch(error.message, /secret|MC4C/);
        return true;
      });
    }
  });
});
