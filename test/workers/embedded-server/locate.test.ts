import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { isNetworkFailure, type BuildProgress } from '../../../workers/embedded-server/build.ts';
import { locateTemporal, parseVersions } from '../../../workers/embedded-server/locate.ts';

const systemPath = '/usr/bin:/bin';

describe('locating the temporal program', function () {
  this.timeout(10_000);
  let home: string;
  let folder: string;
  let bin: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'wavewright-locate-'));
    folder = join(home, '.temporal');
    bin = join(home, 'bin');
    mkdirSync(bin);
    mkdirSync(join(folder, 'bin'), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const script = (path: string, body: string) => {
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const temporal = (path: string, server: string) =>
    script(path, `echo "temporal version 1.5.1 (Server ${server}, UI 2.42.1)"`);
  const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: [bin, systemPath].join(delimiter),
    WAVEWRIGHT_DOWNLOAD: 'off',
    ...more,
  });

  it('reads the version line of released and of self-built programs only', () => {
    const versions = { serverVersion: '1.29.1', uiVersion: '2.42.1' };
    assert.deepEqual(parseVersions('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)\n'), versions);
    assert.deepEqual(parseVersions('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'), versions);
    assert.equal(parseVersions('temporal version 1.5.1'), null);
    assert.equal(parseVersions('GNU Server 1.29.1'), null);
  });

  it('prefers the setting to the cache and the cache to PATH', async () => {
    const onPath = temporal(join(bin, 'temporal'), '1.30.0');
    assert.deepEqual(await locateTemporal({ folder, env: env() }), {
      path: onPath,
      source: 'path',
      serverVersion: '1.30.0',
      uiVersion: '2.42.1',
    });
    temporal(join(folder, 'bin', 'temporal-1.5.1'), '1.29.1');
    assert.equal((await locateTemporal({ folder, env: env() })).source, 'cache');
    const WAVEWRIGHT_TEMPORAL = temporal(join(home, 'mine'), '1.32.0');
    const found = await locateTemporal({ folder, env: env({ WAVEWRIGHT_TEMPORAL }) });
    assert.deepEqual([found.source, found.serverVersion], ['setting', '1.32.0']);
  });

  it('refuses a setting that names no working program, with the reason', async () => {
    const plain = join(home, 'plain');
    writeFileSync(plain, 'not a program');
    const rejects = (path: string, reason: RegExp) =>
      assert.rejects(locateTemporal({ folder, env: env({ WAVEWRIGHT_TEMPORAL: path }) }), reason);
    await rejects(join(home, 'nowhere'), /WAVEWRIGHT_TEMPORAL=.*nowhere does not exist/);
    await rejects(plain, /is not executable/);
    await rejects(script(join(home, 'other'), 'echo hello'), /answers `--version` with "hello"/);
    await rejects(temporal(join(home, 'old'), '1.28.9'), /has server 1\.28\.9, and 1\.29\.0 or newer is needed/);
  });

  it('passes over an old program on PATH, says so, and builds with Go, with progress', async () => {
    temporal(join(bin, 'temporal'), '1.28.9');
    script(
      join(bin, 'go'),
      `[ "$*" = "install -v github.com/temporalio/cli/cmd/temporal@v1.5.1" ] || exit 9
echo "go: downloading go.temporal.io/api v1.53.0" >&2
echo "go.temporal.io/api/common/v1" >&2
echo "github.com/temporalio/cli/cmd/temporal" >&2
printf '#!/bin/sh\\necho "temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)"\\n' > "$GOBIN/temporal"
chmod +x "$GOBIN/temporal"`,
    );
    const notes: string[] = [];
    const progress: BuildProgress[] = [];
    const found = await locateTemporal({
      folder,
      env: env(),
      onNote: (sentence) => notes.push(sentence),
      onBuildProgress: (seen) => progress.push(seen),
    });
    assert.deepEqual([found.source, found.path], ['build', join(folder, 'bin', 'temporal-1.5.1')]);
    assert.match(notes[0] ?? '', /has server 1\.28\.9/);
    assert.deepEqual([progress.at(-1)?.packages, progress.at(-1)?.modules], [2, 1]);
    // Nothing of the build is left but the program and its log.
    assert.deepEqual(readdirSync(join(folder, 'bin')).sort(), ['build.log', 'temporal-1.5.1']);
  });

  it('says what to install when there is no Go', async () => {
    await assert.rejects(
      locateTemporal({ folder, env: { PATH: bin, WAVEWRIGHT_DOWNLOAD: 'off' } }),
      /Go is not installed\. Install the Temporal CLI/,
    );
  });

  it('tells a network failure from a failed build, shows the last lines and keeps the log', async () => {
    script(join(bin, 'go'), 'echo "go: dial tcp: lookup proxy.golang.org: no such host" >&2; exit 1');
    await assert.rejects(locateTemporal({ folder, env: env() }), /module proxy cannot be reached[^]*no such host/);
    script(join(bin, 'go'), 'echo "undefined: thing" >&2; exit 2');
    await assert.rejects(locateTemporal({ folder, env: env() }), (error: Error) => {
      assert.match(error.message, /failed: see its last lines\.\nundefined: thing\n.*build\.log/);
      return true;
    });
    assert.equal(readFileSync(join(folder, 'bin', 'build.log'), 'utf8'), 'undefined: thing\n');
    assert.equal(existsSync(join(folder, 'bin', 'temporal-1.5.1')), false);
    assert.equal(isNetworkFailure(['undefined: dial']), false);
  });
});
