import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));

/** Values of `key:` lines, quotes and anchors taken off. */
function values(key: string): string[] {
  return lines.flatMap((line) => new RegExp(`^\\s*${key}: (?:&\\S+ )?'?([^']*)'?$`).exec(line)?.[1] ?? []);
}

describe('the compose file', () => {
  it('is accepted by docker compose, and refused without a password', function () {
    // The client's compose plugin reads the file without an engine; where it is missing there is nothing to ask.
    if (spawnSync('docker', ['compose', 'version']).status !== 0) this.skip();
    const config = (password: string) =>
      spawnSync('docker', ['compose', '-f', 'docker-compose.yml', 'config', '--quiet'], {
        cwd: root,
        env: { ...process.env, POSTGRES_PASSWORD: password },
        encoding: 'utf8',
      });
    assert.equal(config('x').status, 0, config('x').stderr);
    assert.match(config('').stderr, /POSTGRES_PASSWORD/);
  });

  it('pins every image', () => {
    const images = [...values('image'), ...values('x-temporal-server-image'), ...values('x-temporal-admin-image')];
    const pinned = images.filter((image) => !image.startsWith('*'));
    assert.deepEqual(pinned.sort(), [
      'postgres:16-bookworm',
      'temporalio/admin-tools:1.31.2',
      'temporalio/server:1.31.2',
      'temporalio/ui:2.50.1',
      'wavewright:local',
    ]);
  });

  it('publishes on loopback only', () => {
    const published = lines.flatMap((line) => /^\s*- '?((?:[\d.]+:)?\d+:\d+)'?$/.exec(line)?.[1] ?? []);
    assert.deepEqual(published, ['127.0.0.1:7233:7233', '127.0.0.1:8080:8080']);
  });

  it('has no password of its own', () => {
    const passwords = lines.filter((line) => /PASSWORD|PWD/.test(line));
    assert.equal(passwords.length, 3);
    for (const line of passwords) assert.match(line, /: \$\{POSTGRES_PASSWORD:\?[^}]+\}$/);
    assert.match(readFileSync(join(root, '.env.example'), 'utf8'), /^POSTGRES_PASSWORD=$/m);
  });

  it('gives running tasks time, ends zombies, and checks health', () => {
    assert.deepEqual(values('init'), ['true']);
    assert.deepEqual(values('stop_grace_period'), ['60s']);
    assert.equal(lines.filter((line) => line.trim() === 'healthcheck:').length, 2);
    assert.match(readFileSync(join(root, 'deploy/Dockerfile'), 'utf8'), /^USER node$/m);
  });

  it('mounts only files that exist', () => {
    const mounts = lines.flatMap((line) => /^\s*- (\.\/[^:]+):/.exec(line)?.[1] ?? []);
    assert.deepEqual(mounts, ['./deploy/schema.sh', './deploy/dynamicconfig', './deploy/namespace.sh']);
    for (const path of mounts) execFileSync('test', ['-e', join(root, path)]);
  });
});

describe('the scripts of the compose file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wavewright-deploy-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a script with a stand-in for `tool` and returns what it was called with. */
  function calls(script: string, tool: string, body: string): { status: number | null; calls: string[] } {
    const record = join(folder, 'calls');
    writeFileSync(record, '');
    writeFileSync(join(folder, tool), `#!/bin/sh\necho "$*" >>"${record}"\n${body}\n`);
    chmodSync(join(folder, tool), 0o755);
    const { status } = spawnSync('/bin/sh', [join(root, 'deploy', script)], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });
    return { status, calls: readFileSync(record, 'utf8').trim().split('\n') };
  }

  it('sets up and updates both databases, and stops at the first failure', () => {
    const schema = '/etc/temporal/schema/postgresql/v12';
    assert.deepEqual(calls('schema.sh', 'temporal-sql-tool', ''), {
      status: 0,
      calls: [
        '--db temporal create',
        '--db temporal setup-schema -v 0.0',
        `--db temporal update-schema -d ${schema}/temporal/versioned`,
        '--db temporal_visibility create',
        '--db temporal_visibility setup-schema -v 0.0',
        `--db temporal_visibility update-schema -d ${schema}/visibility/versioned`,
      ],
    });
    assert.deepEqual(calls('schema.sh', 'temporal-sql-tool', 'exit 3'), { status: 3, calls: ['--db temporal create'] });
  });

  it('creates the namespace, or corrects its retention', () => {
    const create = calls('namespace.sh', 'temporal', 'case "$*" in *describe*) exit 1 ;; esac');
    assert.deepEqual(
      [create.status, create.calls.at(-1)],
      [0, 'operator namespace create --namespace default --retention 30d'],
    );
    const update = calls('namespace.sh', 'temporal', '');
    assert.deepEqual(
      [update.status, update.calls.at(-1)],
      [0, 'operator namespace update --namespace default --retention 30d'],
    );
  });
});
