import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { approverText, readKeyFile } from '../../store/keys/key-file.ts';
import { scratchFolder } from '../store/scratch-folder.ts';

const bin = fileURLToPath(new URL('../../scripts/wavewright.js', import.meta.url));
const run = promisify(execFile);

describe('wavewright keys', function () {
  this.timeout(120_000);
  const folder = scratchFolder();
  const cli = (...args: string[]) => run(process.execPath, [bin, ...args], { cwd: folder() });
  const keys = (...args: string[]) => cli('keys', ...args);

  it('makes a key, prints its public half with the name, and leaves an earlier file alone', async () => {
    const { stdout, stderr } = await keys('alice.pem', '--name', 'alice');
    const file = `${folder()}/alice.pem`;
    assert.equal(stdout, `${approverText(await readKeyFile(file), 'alice')}\n`);
    assert.match(stderr, /^The private key is in alice\.pem: keep it to yourself\..*gate\.approvers/);
    const before = readFileSync(file, 'utf8');
    await assert.rejects(keys('alice.pem'), { code: 2, stderr: /^error: alice\.pem exists already; choose another/ });
    assert.equal(readFileSync(file, 'utf8'), before);
  });

  it('refuses a name that no approver can have, and writes nothing then', async () => {
    await assert.rejects(keys('bob.pem', '--name', ' bob'), {
      code: 2,
      stderr: /^error: --name: found " bob", expected/,
    });
    await assert.rejects(readKeyFile(`${folder()}/bob.pem`), /no such file/);
  });

  it('serves approve and reject, which say what is wrong with a key before they look for a server', async () => {
    const line = ['--all', '--approver', 'alice', '--address', '127.0.0.1:1'];
    const wrong: [string[], RegExp][] = [
      [['approve', ...line, '--expires-in', '5m'], /^error: --expires-in needs a --key/],
      [['approve', ...line, '--key', 'none.pem'], /^error: none\.pem: found no such file, expected an Ed25519/],
      [['reject', ...line, '--key', 'x', '--expires-in', '5'], /^error: --expires-in: found "5", expected a duration/],
    ];
    for (const [args, stderr] of wrong) await assert.rejects(cli(...args), { code: 2, stderr });
  });
});
