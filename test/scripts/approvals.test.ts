import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { eachBounded, waitingOf, type Waiting } from '../../scripts/waiting.ts';
import { renderWaiting } from '../../scripts/ui/waiting-view.ts';
import type { RunSnapshot } from '../../scripts/snapshot.ts';
import { until, untilRun } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';

const bin = fileURLToPath(new URL('../../scripts/wavewright.js', import.meta.url));
/** A command takes seconds on a busy machine, and a query that is late makes its run a silent one. */
const LISTED_MS = 90_000;
const stubs = fileURLToPath(new URL('./stub-workflows.ts', import.meta.url));

describe('wavewright approvals', function () {
  this.timeout(180_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start({ orchestrator: false });
  });
  after(() => harness.stop());

  const approvals = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = harness.environment();
      execFile(process.execPath, [bin, 'approvals', ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  const waiting = async (): Promise<{ code: number; found: Waiting }> => {
    const { code, stdout, stderr } = await approvals('--json');
    assert.notEqual(stdout, '', stderr);
    return { code, found: JSON.parse(stdout) as Waiting };
  };

  it('says that nothing waits', async () => {
    const { code, stdout } = await approvals();
    assert.deepEqual([code, stdout], [0, 'Nothing waits for people.\n']);
  });

  it('lists a run that nobody answers for, with code 5', async () => {
    const run = await harness.start({}, 'alone');
    // The server lists a run a moment after its start.
    const { code, stdout } = await until(
      'the run to be listed',
      async () => {
        const listed = await approvals();
        return listed.stdout.includes('alone') && listed;
      },
      LISTED_MS,
    );
    assert.equal(code, 5);
    assert.match(stdout, /^Nothing waits for people in runs that answer\.\n\nNot known whether/);
    assert.match(stdout, /alone, since \d{4}-.*: no orchestrator answers for this run/);
    await run.terminate();
  });

  describe('with an orchestrator', () => {
    let native: NativeConnection;
    let worker: Worker;
    let working: Promise<void>;

    before(async () => {
      native = await NativeConnection.connect({ address: String(harness.environment().TEMPORAL_ADDRESS) });
      worker = await Worker.create({ connection: native, taskQueue: 'wavewright', workflowsPath: stubs });
      working = worker.run();
    });
    after(async () => {
      worker.shutdown();
      await working;
      await native.close();
    });

    it('lists the requests of every run, and the runs that stand still, with the commands to answer', async () => {
      await harness.start({ dataset: 'east', dryRun: false }, 'run-east');
      await harness.start({ dataset: 'west', dryRun: false }, 'run-west');
      const unhealthy = await harness.start({ dataset: 'unhealthy', dryRun: false }, 'run-unhealthy');
      await untilRun('the pause', unhealthy, ({ status }) => status === 'paused');
      const { code, found } = await until(
        'all of them to be listed',
        async () => {
          const answer = await waiting();
          const { requests, standing, silent } = answer.found;
          return requests.length === 4 && standing.length === 1 && silent.length === 0 && answer;
        },
        LISTED_MS,
      );
      assert.equal(code, 0);
      const names = found.requests.map(({ execution_id, dataset, request }) => `${execution_id} ${dataset} ${request}`);
      assert.deepEqual(names.sort(), [
        'run-east east w1-g1',
        'run-east east w1-g2',
        'run-west west w1-g1',
        'run-west west w1-g2',
      ]);
      const one = found.requests.find((each) => each.execution_id === 'run-east' && each.request === 'w1-g2');
      assert.deepEqual(
        [one?.wave, one?.workflow_id, one?.risk_level, one?.tasks, one?.below_threshold],
        [1, 'run-east/wave-1', 'HIGH', 3, 1],
      );
      assert.deepEqual(one?.answer, { request: 'w1-g2', digest: 'sha256:bb', approver: 'YOUR NAME' });
      assert.match(one?.url ?? '', /\/namespaces\/default\/workflows\/run-east%2Fwave-1$/);
      const command = 'npx wavewright approve run-east --request w1-g2 --digest sha256:bb --approver "your name"';
      assert.equal(one?.command, command);
      assert.deepEqual(
        found.standing.map((each) => [each.execution_id, each.reason, each.command]),
        [['run-unhealthy', 'health 40 is below minHealth 60', 'npx wavewright resume run-unhealthy']],
      );

      const shown = (await approvals()).stdout;
      assert.match(shown, /^run +dataset +wave +request +risk +tasks +below threshold +waits for +defers in$/m);
      assert.match(shown, /^run-west +west +1 +w1-g1 +HIGH +3 +0 +\S+.*m \d\ds$/m);
      for (const line of [command, 'npx wavewright resume run-unhealthy', 'npx wavewright cancel run-unhealthy']) {
        assert.ok(shown.split('\n').includes(`  ${line}`) || shown.split('\n').includes(`    ${line}`), shown);
      }
    });
  });
});

describe('what waits', () => {
  const snapshot = (id: string, change: Partial<RunSnapshot>): RunSnapshot => ({
    run: null,
    wave: null,
    execution: { workflow_id: id, status: 'running', started_at: '2026-03-02T08:00:00.000Z', closed_at: null },
    note: null,
    result: null,
    failure: null,
    failure_type: null,
    ...change,
  });
  const run = (expires_at: number, change: object = {}) => ({
    execution_id: '',
    dataset: 'demo',
    status: 'waiting for approval' as const,
    dry_run: false,
    reason: null,
    waves: [2],
    open_wave: null,
    draining: null,
    signed_answers: false,
    finished: [],
    skipped: [],
    retry: null,
    notes: [],
    requests: [
      {
        request: 'w2-g2',
        digest: 'sha256:aa',
        wave: 2,
        risk_level: 'HIGH' as const,
        tasks: 1,
        below_threshold: 0,
        opened_at: 0,
        expires_at,
      },
    ],
    ...change,
  });

  it('has the nearest deadline first, and nothing of runs that have ended or that people paused', () => {
    const ended = snapshot('ended', { run: run(1) });
    ended.execution.status = 'completed';
    const paused = snapshot('paused', { run: run(0, { requests: [], status: 'paused' }) });
    const found = waitingOf(
      [snapshot('b', { run: run(9) }), snapshot('a', { run: run(5) }), ended, paused],
      () => null,
    );
    assert.deepEqual(
      found.requests.map(({ execution_id }) => execution_id),
      ['a', 'b'],
    );
    assert.deepEqual([found.standing, found.silent], [[], []]);
  });

  it('keeps what a run said whose wave is silent, and says that it is', () => {
    const found = waitingOf([snapshot('a', { run: run(5), note: 'nobody is there' })], () => null);
    assert.deepEqual([found.requests.length, found.silent.map(({ note }) => note)], [1, ['nobody is there']]);
    const text = renderWaiting(found, 0);
    assert.match(text, /npx wavewright approve a --request w2-g2/);
    assert.match(text, /a, since 2026-03-02T08:00:00\.000Z: nobody is there/);
    assert.doesNotMatch(text, /Nothing waits|--override/);
  });

  it('gives a command with a key where answers must be signed', () => {
    const snapshots = [true, false].map((signed_answers) => snapshot('a', { run: run(5, { signed_answers }) }));
    const commands = waitingOf(snapshots, () => null).requests.map(({ command }) => command);
    assert.deepEqual(
      commands.map((command) => command.endsWith(' --approver "your name" --key FILE')),
      [true, false],
    );
  });

  it('is asked for at most so many at once, each once and in order', async () => {
    let open = 0;
    let most = 0;
    const items = Array.from({ length: 20 }, (_, index) => index);
    const answers = await eachBounded(items, 4, async (item) => {
      open += 1;
      most = Math.max(most, open);
      for (let turn = 0; turn < 1 + (item % 3); turn++) await Promise.resolve();
      open -= 1;
      return item * 2;
    });
    assert.deepEqual(
      answers,
      items.map((item) => item * 2),
    );
    assert.equal(most, 4);
    await assert.rejects(
      eachBounded(items, 4, (item) => (item === 7 ? Promise.reject(new Error('seven')) : Promise.resolve())),
      /seven/,
    );
    assert.deepEqual(await eachBounded([], 4, () => Promise.resolve(1)), []);
  });
});
