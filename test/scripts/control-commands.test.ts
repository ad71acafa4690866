import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { judgeAnswer } from '../../domain/gate/judge-answer.ts';
import { validateAnswer } from '../../domain/gate/validate-answer.ts';
import { approverText, createKeyFile } from '../../store/keys/key-file.ts';
import { takeSnapshot, type RunSnapshot } from '../../scripts/snapshot.ts';
import { locateTemporal } from '../../workers/embedded-server/locate.ts';
import { quietRuntime } from '../quiet-runtime.ts';
import { until } from '../workflows/follow-run.ts';
import { freePort } from '../../workers/embedded-server/port.ts';
import { startEmbeddedServer, type EmbeddedServer } from '../../workers/embedded-server/start.ts';

const bin = fileURLToPath(new URL('../../scripts/wavewright.js', import.meta.url));

interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

describe('control commands against a server', function () {
  this.timeout(180_000);
  let folder: string;
  let server: EmbeddedServer;
  let connection: Connection;
  let native: NativeConnection;
  let client: Client;
  let worker: Worker;
  let working: Promise<void>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wavewright-cli-'));
    const program = await locateTemporal({ folder: '.temporal', env: process.env });
    const [port, uiPort] = [await freePort(), await freePort()];
    server = await startEmbeddedServer({ program, folder, port, uiPort, log: join(folder, 'server.log') });
    connection = await Connection.connect({ address: server.address });
    client = new Client({ connection });
  });
  after(async () => {
    await connection.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  // Run from another folder and through a link, as npx does.
  const cli = (...args: string[]): Promise<CliResult> =>
    new Promise((resolve) => {
      const env: NodeJS.ProcessEnv = { ...process.env, TEMPORAL_ADDRESS: server.address };
      delete env.WAVEWRIGHT_UI;
      const child = execFile(
        process.execPath,
        [join(folder, 'wavewright'), ...args],
        { cwd: folder, env },
        (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
      child.stdin?.end();
    });
  const status = (id: string): Promise<RunSnapshot> => takeSnapshot(client, id);

  describe('without an orchestrator', () => {
    before(() => symlinkSync(bin, join(folder, 'wavewright')));

    it('says that there is no run, and no such run', async () => {
      const none = await cli('status');
      assert.deepEqual(
        [none.code, none.stderr],
        [4, 'error: there is no run yet. Start one with `npx wavewright start`.\n'],
      );
      const other = await cli('pause', 'run-x');
      assert.equal(other.code, 4);
      assert.match(other.stderr, /^error: there is no run run-x\./);
      const open = await cli('resume');
      assert.equal(open.code, 4);
      assert.match(open.stderr, /no run is open/);
    });

    it('starts with a warning, and says in status and approve that nobody answers', async () => {
      const started = await cli('start', '--dataset', 'idle');
      assert.equal(started.code, 0);
      const id = /^Started run (run-idle-\d{8}T\d{6}Z-[0-9a-f]{4})$/m.exec(started.stdout)?.[1];
      assert.ok(id !== undefined, started.stdout);
      assert.match(started.stderr, /warning: no orchestrator polls the task queue wavewright/);
      assert.ok(started.stdout.includes(`/namespaces/default/workflows/${id}`));
      const shown = await cli('status', id);
      assert.equal(shown.code, 0);
      assert.match(shown.stdout, /Note: no orchestrator answers for this run/);
      const approved = await cli('approve', id, '--all', '--yes', '--approver', 'ops');
      assert.equal(approved.code, 5, approved.stderr);
      await client.workflow.getHandle(id).terminate('of no further use');
      const ended = await cli('pause', id);
      assert.deepEqual(
        [ended.code, ended.stderr],
        [1, `error: run ${id} has ended (terminated); nothing was changed.\n`],
      );
      assert.equal((await cli('status', id)).code, 1);
    });

    it('names an unknown namespace and an unreachable server', async () => {
      const [namespace, address] = await Promise.all([
        cli('status', '--namespace', 'elsewhere'),
        cli('status', '--address', '127.0.0.1:1'),
      ]);
      assert.deepEqual([namespace.code, address.code], [2, 3]);
      assert.match(namespace.stderr, /elsewhere.*--namespace/);
      assert.match(address.stderr, /no Temporal server answers on 127\.0\.0\.1:1\. Start one with/);
    });

    it('refuses bad usage in one line with code 2', async () => {
      const cases: [string[], RegExp][] = [
        [['start', '--input', '[1]'], /--input must be one JSON object/],
        [['start', '--dataset', '../x'], /dataset: found "\.\.\/x", expected a folder name/],
        [['approve', '--approver', 'ops'], /give --request and --digest/],
        [['approve', '--all', '--override', '--approver', 'ops'], /--override needs a --reason/],
        [['nonsense'], /unknown command/],
      ];
      const results = await Promise.all(cases.map(([args]) => cli(...args)));
      for (const [index, result] of results.entries()) {
        assert.equal(result.code, 2, result.stderr);
        assert.match(result.stderr, cases[index]?.[1] ?? /never/);
        assert.doesNotMatch(result.stderr, /\n\s+at /);
      }
    });
  });

  describe('with an orchestrator', () => {
    before(async () => {
      quietRuntime();
      native = await NativeConnection.connect({ address: server.address });
      worker = await Worker.create({
        connection: native,
        taskQueue: 'wavewright',
        workflowsPath: fileURLToPath(new URL('./stub-workflows.ts', import.meta.url)),
      });
      working = worker.run();
    });
    after(async () => {
      worker.shutdown();
      await working;
      await native.close();
    });

    const start = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await cli('start', '--json', ...args);
      const started = JSON.parse(stdout) as { execution_id: string; warning: string | null };
      assert.equal(started.warning, null, stderr);
      return started.execution_id;
    };

    it('starts from a file with flags on top, pauses, resumes, and turns it into a dry run', async () => {
      writeFileSync(join(folder, 'input.json'), '\uFEFF{"dataset":"east","dryRun":true}');
      const id = await start('--file', 'input.json', '--live');
      const before = await until('the wave', async () => {
        const now = await status(id);
        return now.wave && now;
      });
      assert.deepEqual([before.run?.dataset, before.run?.dry_run, before.run?.status], ['east', false, 'running']);
      assert.equal(before.wave?.tasks, 10);
      // The only open run need not be named.
      assert.match((await cli('pause')).stdout, new RegExp(`^Run ${id}: asked to pause`));
      assert.equal((await status(id)).run?.status, 'paused');
      assert.equal((await cli('resume', id)).code, 0);
      assert.equal((await status(id)).run?.status, 'running');
      assert.equal((await cli('dry-run', id)).code, 0);
      assert.equal((await status(id)).run?.dry_run, true);
      const cancelled = await cli('cancel', id, '--wait');
      assert.equal(cancelled.code, 1);
      assert.match(cancelled.stdout, new RegExp(`Run ${id} — cancelled`));
      assert.match(cancelled.stdout, /Reason: cancelled, 4 of 10 task\(s\) completed, 6 left in the backlog/);
      const again = await cli('cancel', id);
      assert.deepEqual(
        [again.code, again.stdout, again.stderr],
        [1, '', `error: run ${id} has ended (cancelled); nothing was changed.\n`],
      );
    });

    it('skips waves, runs failed tasks again, and explains', async () => {
      const id = await start('--live');
      const said = async (...args: string[]) => {
        const { code, stdout, stderr } = await cli(...args);
        return [code, `${stdout}${stderr}`.trim()];
      };
      assert.deepEqual(await said('skip-wave', id), [0, `Run ${id}: skips the open wave`]);
      assert.deepEqual(await said('skip-wave', id, '--wave', '1'), [0, `Run ${id}: skips 1`]);
      assert.deepEqual(await said('skip-wave', id, '--wave', '2'), [2, `error: run ${id} refused: its waves: 1`]);
      assert.match(String((await said('skip-wave', id, '--wave', 'two'))[1]), /expected a wave number from 1/);
      assert.deepEqual(await said('retry-failed', id), [0, `Run ${id}: retries all`]);
      assert.deepEqual(await said('retry-failed', id, '--task', 'a', 'b'), [0, `Run ${id}: retries a and b`]);
      assert.deepEqual(await said('explain', '--run', id), [0, 'run: it runs\nwave: it waits']);
      assert.deepEqual(await said('explain', 'agent_1', '--run', id), [0, 'agent_1: it waits']);
      assert.deepEqual(await said('explain', 'agent_1', id), [0, 'agent_1: it waits']);
      assert.deepEqual(await said('retry-failed', '--run', id, '--task', 'a'), [0, `Run ${id}: retries a`]);
      assert.deepEqual(await said('pause', 'run-x', '--run', id), [2, `error: two runs are named: run-x, ${id}.`]);
      await cli('cancel', id, '--wait');
    });

    it('shows the line that approves, takes it, and ends with the result', async () => {
      const id = await start('--live');
      const shown = (await cli('status')).stdout;
      const line = `npx wavewright approve ${id} --request w1-g1 --digest sha256:aa --approver`;
      assert.ok(shown.includes(line), shown);
      assert.match(shown, /w1-g2: 3 HIGH tasks of wave 1, 1 of them pass only with --override, defers in 59m/);

      const wrong = await cli('approve', id, '--request', 'w1-g1', '--digest', 'sha256:bb', '--approver', 'ops');
      assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
      assert.equal(wrong.stderr, 'error: w1-g1 was refused: request w1-g1 with digest sha256:bb is not open\n');
      const right = await cli('approve', id, '--request', 'w1-g1', '--digest', 'sha256:aa', '--approver', 'ops');
      assert.deepEqual([right.code, right.stdout], [0, 'w1-g1: approved by ops\n']);
      assert.deepEqual(
        (await status(id)).wave?.requests.map(({ request }) => request),
        ['w1-g2'],
      );

      const rejected = await cli('reject', id, '--all', '--approver', 'ops');
      assert.equal(rejected.code, 2);
      assert.match(rejected.stderr, /add --yes/);
      const all = await cli('approve', id, '--all', '--yes', '--override', '--reason', 'tried', '--approver', 'ops');
      assert.match(all.stdout, /^w1-g2: 3 HIGH tasks.*\nw1-g2: approved by ops with override\n$/);
      await client.workflow.getHandle(id).result();
      const ended = JSON.parse((await cli('status', id, '--json')).stdout) as RunSnapshot;
      assert.deepEqual(ended.result, { status: 'completed', waves_executed: 1 });
      assert.equal(ended.execution.status, 'completed');
    });

    it('signs an answer, and sends it or prints it to be pasted', async () => {
      const key = await createKeyFile(join(folder, 'alice.pem'));
      assert.ok(key !== null);
      const id = await start('--live');
      const line = ['approve', id, '--request', 'w1-g1', '--digest', 'sha256:aa', '--approver', 'alice'];
      const printed = await cli(...line, '--key', 'alice.pem', '--expires-in', '1h', '--print');
      assert.deepEqual([printed.code, printed.stderr], [0, `For the Update approve of the workflow ${id}/wave-1:\n`]);
      const checked = validateAnswer(JSON.parse(printed.stdout));
      assert.ok(checked.ok);
      // Printed only: the request is still open.
      const open = (await status(id)).wave?.requests ?? [];
      const approvers = [approverText(key, 'alice')];
      const standing = { execution_id: id, open, approvers, usedNonces: [], at: Date.now() };
      assert.deepEqual(judgeAnswer('approved', checked.answer, standing), { ok: true, verified: true });
      assert.equal(judgeAnswer('approved', checked.answer, { ...standing, at: Date.now() + 3_600_000 }).ok, false);

      const sent = await cli(...line, '--key', 'alice.pem');
      assert.deepEqual([sent.code, sent.stdout], [0, 'w1-g1: approved by alice, signed\n']);
      await client.workflow.getHandle(id).terminate();
    });

    it('prints unsigned payloads one a line, and signs nothing that is not open', async () => {
      await createKeyFile(join(folder, 'bob.pem'));
      const id = await start('--live');
      const unsigned = await cli('reject', id, '--all', '--approver', 'bob', '--reason', 'no', '--print');
      const lines = unsigned.stdout.trimEnd().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line) as unknown),
        [
          { request: 'w1-g1', digest: 'sha256:aa', approver: 'bob', reason: 'no' },
          { request: 'w1-g2', digest: 'sha256:bb', approver: 'bob', reason: 'no' },
        ],
      );
      const closed = ['approve', id, '--request', 'w1-g3', '--digest', 'sha256:aa', '--approver', 'bob'];
      const result = await cli(...closed, '--key', 'bob.pem');
      assert.deepEqual([result.code, result.stdout], [2, '']);
      assert.equal(result.stderr, 'error: request w1-g3 is not open, so nothing was signed; open: w1-g1, w1-g2.\n');
      await client.workflow.getHandle(id).terminate();
    });

    it('follows a run that refuses its input, with the reason and code 2', async () => {
      const result = await cli('start', '--input', '{"dataset":"broken"}', '--wait');
      assert.equal(result.code, 2);
      assert.match(result.stdout, /Reason: dataset: no such folder/);
    });

    it('says also without --wait that a run was refused at once', async () => {
      const result = await cli('start', '--input', '{"dataset":"broken"}');
      assert.equal(result.code, 2);
      assert.match(result.stderr, /^error: run run-broken-\S+ ended at once: dataset: no such folder/m);
      assert.doesNotMatch(result.stdout, /Follow it/);
    });

    it('does not guess among several open runs', async () => {
      const ids = [await start('--dataset', 'a'), await start('--dataset', 'b')];
      const paused = await cli('pause');
      assert.equal(paused.code, 2);
      assert.match(paused.stderr, /2 runs are open: .*Name the one you mean right after the command/);
      for (const id of ids) await client.workflow.getHandle(id).terminate();
    });
  });
});
