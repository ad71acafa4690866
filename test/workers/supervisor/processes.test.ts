import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { superviseProcess, type ProcessEvent, type ProcessSpec } from '../../../workers/supervisor/processes.ts';

const childScript = fileURLToPath(new URL('./child.ts', import.meta.url));
const parentScript = fileURLToPath(new URL('./parent.ts', import.meta.url));

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) await wait(20);
  assert.ok(condition(), `within ${timeoutMs} ms: ${condition.toString()}`);
}

describe('supervised processes', function () {
  this.timeout(20_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wavewright-supervisor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const spec = (mode: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
    name: 'agents',
    command: process.execPath,
    args: ['--import', 'tsx', childScript, mode],
    env: process.env,
    restart: true,
    ready: /^ready/,
    logFile: join(folder, 'child.log'),
    backoffMs: 50,
    ...more,
  });

  it('waits for the ready line, keeps a log, and stops with SIGTERM', async () => {
    const child = await superviseProcess(spec('ready'));
    const pid = child.pid();
    assert.ok(pid !== null && alive(pid));
    assert.equal(readFileSync(join(folder, 'child.log'), 'utf8'), `ready ${pid}\n`);
    await child.stop();
    assert.equal(await child.ended, 'signal SIGTERM');
    assert.equal(alive(pid), false);
    assert.equal(child.pid(), null);
    await child.stop();
  });

  it('kills one that does not heed SIGTERM after the grace', async () => {
    const child = await superviseProcess(spec('stubborn', { graceMs: 100 }));
    await child.stop();
    assert.equal(await child.ended, 'signal SIGKILL');
  });

  it('starts a fallen one again after a pause, and tells', async () => {
    const events: ProcessEvent[] = [];
    const child = await superviseProcess(spec('ready', { onEvent: (event) => events.push(event) }));
    const first = child.pid();
    assert.ok(first !== null);
    process.kill(first, 'SIGKILL');
    await until(() => events.length === 3);
    assert.deepEqual(events[1], { kind: 'exited', name: 'agents', reason: 'signal SIGKILL', restartInMs: 50 });
    assert.deepEqual(events[2], { kind: 'ready', name: 'agents', pid: child.pid() });
    assert.notEqual(child.pid(), first);
    assert.equal(child.restarts(), 1);
    await child.stop();
  });

  it('can be stopped between a fall and the restart', async () => {
    const events: ProcessEvent[] = [];
    const child = await superviseProcess(spec('ready', { backoffMs: 5000, onEvent: (event) => events.push(event) }));
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await until(() => events.length === 2);
    await child.stop();
    assert.equal(child.pid(), null);
  });

  it('does not restart when not asked to, and says how it ended', async () => {
    const child = await superviseProcess(spec('ready', { restart: false }));
    process.kill(child.pid() ?? 0, 'SIGKILL');
    assert.equal(await child.ended, 'signal SIGKILL');
    assert.equal(child.restarts(), 0);
  });

  it('refuses a start that ends or stays silent, with its last words', async () => {
    await assert.rejects(superviseProcess(spec('fall')), /agents did not start: exit code 3[^]*out of luck/);
    await assert.rejects(superviseProcess(spec('silent', { readyTimeoutMs: 300 })), /not ready within 0.3 s/);
    await assert.rejects(superviseProcess(spec('ready', { command: '/nowhere/x' })), /ENOENT/);
  });

  for (const mode of ['ready', 'stubborn']) {
    it(`ends a ${mode} child when the parent is killed`, async () => {
      const parent = spawn(process.execPath, ['--import', 'tsx', parentScript, mode, join(folder, 'c.log')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      assert.ok(alive(pid));
      parent.kill('SIGKILL');
      await until(() => !alive(pid));
    });
  }
});
