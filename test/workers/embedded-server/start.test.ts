import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { locateTemporal, type TemporalProgram } from '../../../workers/embedded-server/locate.ts';
import { freePort, portOwner } from '../../../workers/embedded-server/port.ts';
import { startEmbeddedServer } from '../../../workers/embedded-server/start.ts';

const parentScript = fileURLToPath(new URL('./start-and-wait.ts', import.meta.url));

describe('embedded server', function () {
  this.timeout(30_000);
  let program: TemporalProgram;
  let folder: string;

  before(async () => {
    program = await locateTemporal({ folder: '.temporal', env: process.env });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wavewright-server-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const options = async () => ({
    program,
    folder,
    port: await freePort(),
    uiPort: await freePort(),
    log: join(folder, 'server.log'),
  });

  it('answers on loopback, keeps runs for 30 days, names its database by version, and stops', async () => {
    const chosen = await options();
    const server = await startEmbeddedServer(chosen);
    try {
      assert.equal(server.address, `127.0.0.1:${chosen.port}`);
      const connection = await Connection.connect({ address: server.address });
      const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 30 * 86_400);
      assert.equal((await fetch(server.uiAddress)).status, 200);
      assert.ok(existsSync(join(folder, 'db', `server-${program.serverVersion}.db`)));
      // The write-ahead log lies beside the database only when the pragma has taken effect.
      assert.ok(existsSync(join(folder, 'db', `server-${program.serverVersion}.db-wal`)));
      if (process.platform === 'linux') assert.deepEqual(await listeningElsewhere(server.pid), []);
    } finally {
      await server.stop();
    }
    await server.stop();
    assert.equal(await portOwner(chosen.port), null);
    assert.equal(existsSync(join(folder, 'db', `server-${program.serverVersion}.db.lock`)), false);
  });

  it('refuses a second server on the same database and leaves the first alone', async () => {
    const server = await startEmbeddedServer(await options());
    try {
      await assert.rejects(startEmbeddedServer(await options()), (error: Error) => {
        assert.match(error.message, /in use by another embedded server/);
        assert.match(error.message, new RegExp(`process ${server.pid}\\b`));
        return true;
      });
      const connection = await Connection.connect({ address: server.address });
      await connection.close();
    } finally {
      await server.stop();
    }
  });

  it('names a taken port, its holder and the way out', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    assert.ok(typeof address === 'object' && address !== null);
    const chosen = { ...(await options()), port: address.port };
    await assert.rejects(startEmbeddedServer(chosen), (error: Error) => {
      assert.match(error.message, new RegExp(`Port ${address.port} .*--port`));
      if (process.platform === 'linux') assert.match(error.message, new RegExp(`process ${process.pid}`));
      return true;
    });
    holder.close();
  });

  it('shows the last words of a server that cannot start, of a crash those that led to it', async () => {
    const saying = async (...lines: string[]) => {
      const path = join(folder, 'says.sh');
      writeFileSync(path, `#!/bin/sh\n${lines.map((line) => `echo '${line}'`).join('\n')}\nexit 2\n`, { mode: 0o755 });
      await startEmbeddedServer({ ...(await options()), program: { ...program, path } });
    };
    const stack = Array.from({ length: 40 }, (_, index) => `frame ${index}`);
    await assert.rejects(saying('no such option'), /ended while starting. Its last words:\nno such option$/);
    await assert.rejects(saying('bind: in use', 'panic: nil', ...stack), /words:\n(?:.*\n)*bind: in use\npanic: nil$/);
  });

  it('ends when its parent is killed, and the database can be opened again', async () => {
    const chosen = await options();
    const parent = spawn(process.execPath, ['--import', 'tsx', parentScript, JSON.stringify(chosen)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    assert.notEqual(await portOwner(chosen.port), null);
    parent.kill('SIGKILL');
    for (let tries = 0; tries < 100 && (await portOwner(chosen.port)) !== null; tries += 1) await wait(100);
    assert.equal(await portOwner(chosen.port), null);
    for (let tries = 0; tries < 100 && existsSync(lockFile()); tries += 1) await wait(100);
    const again = await startEmbeddedServer(chosen);
    await again.stop();
  });

  const lockFile = () => join(folder, 'db', `server-${program.serverVersion}.db.lock`);
});

/** Addresses other than loopback on which the process or its children listen. */
async function listeningElsewhere(guard: number): Promise<string[]> {
  const inodes = new Map<string, string>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      if (columns[3] === '0A') inodes.set(columns[9] ?? '', columns[1] ?? '');
    }
  }
  const children = readFileSync(`/proc/${guard}/task/${guard}/children`, 'utf8').trim().split(' ');
  const { readdir, readlink } = await import('node:fs/promises');
  const found: string[] = [];
  for (const pid of children) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const local = inodes.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? 'none');
      if (local !== undefined && !local.startsWith('0100007F:')) found.push(local);
    }
  }
  return found;
}
