import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../scripts/cli.ts';
import type { ScheduleView } from '../../scripts/schedules.ts';
import { writeSmallDataset } from '../agents/small-dataset.ts';
import { until } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, finals } from '../workflows/records.ts';

const NIGHTLY = ['--cron', '0 2 * * *', '--timezone', 'Europe/Berlin', '--dataset', 'mine'];
/** Each second, so that a test need not wait for the night. */
const EACH_SECOND = ['--cron', '* * * * * * *', '--dataset', 'mine'];

describe('schedules', function () {
  this.timeout(240_000);
  let harness: Harness;
  let folder: string;
  let ids: string[];
  const { env } = process;

  before(async () => {
    harness = await Harness.start();
    process.env = { ...harness.environment() };
    folder = join(harness.dataRoot, 'mine');
    const fleet = { agents: [{ agent_id: 'a', kind: 'simulated', speed: 4, reliability: 1 }] };
    ids = writeSmallDataset(folder, { tasks: 4, predictedMs: 20, fleet });
  });
  after(async () => {
    process.env = env;
    await harness.stop();
  });

  /** A command in this very process: one of its own takes seconds where many tests run side by side. */
  const cli = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    const { log, error } = console;
    const printed = { stdout: '', stderr: '' };
    console.log = (text: string) => (printed.stdout += `${text}\n`);
    console.error = (text: string) => (printed.stderr += `${text}\n`);
    try {
      await main(['node', 'wavewright', ...args]);
      return { code: Number(process.exitCode ?? 0), ...printed };
    } finally {
      Object.assign(console, { log, error });
      process.exitCode = undefined;
    }
  };
  /** What a command that must succeed prints for programs. */
  const told = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await cli('--json', ...args);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  };
  const list = async () => (await told<{ schedules: ScheduleView[] }>('schedule', 'list')).schedules;
  const ended = (name: string, status: string) =>
    until(
      `a run of ${name} that is ${status}`,
      async () => (await list()).find(({ schedule, last }) => schedule === name && last?.status === status),
      90_000,
    );

  it('are refused with what is wrong, and then nothing is made', async () => {
    const cases: [string[], RegExp][] = [
      [['nightly', ...NIGHTLY, '--input', '{"wave":1}'], /wave: found 1, expected/],
      [['nightly', '--cron', '0 2 * *', '--dataset', 'mine'], /--cron "0 2 \* \*" .*Expected five fields/],
      [['nightly', ...NIGHTLY, '--timezone', 'Europe/Nowhere'], /--timezone "Europe\/Nowhere": .*IANA time zone/],
      [['night/ly', ...NIGHTLY], /schedule: found "night\/ly", expected a name of 1 to 64 letters/],
    ];
    for (const [args, words] of cases) {
      const { code, stderr } = await cli('schedule', 'set', ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, words);
    }
    for (const verb of ['run', 'pause', 'resume', 'remove']) {
      const { code, stderr } = await cli('schedule', verb, 'nightly');
      assert.equal(code, 4);
      assert.match(stderr, /there is no schedule nightly\. .*schedule list/);
    }
    assert.deepEqual(await list(), []);
  });

  it('are dry runs unless told otherwise, are changed in place, and stay paused', async () => {
    const made = await told<ScheduleView>('schedule', 'set', 'nightly', ...NIGHTLY);
    assert.deepEqual([made.dataset, made.dry_run, made.paused, made.last], ['mine', true, false, null]);
    const hours = (view: ScheduleView, timeZone: string) =>
      view.next.map((time) =>
        new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(new Date(time)),
      );
    assert.deepEqual(hours(made, 'Europe/Berlin'), ['02:00', '02:00', '02:00']);
    await told('schedule', 'pause', 'nightly');
    const changed = await cli('schedule', 'set', 'nightly', '--cron', '30 3 * * *', '--dataset', 'mine', '--live');
    assert.match(
      changed.stdout,
      /^Schedule nightly was changed\.\nnightly: dataset mine, live, times of UTC — paused\n/,
    );
    const [seen] = await until('the schedule to be listed', async () => {
      const all = await list();
      return all.length === 1 ? all : null;
    });
    assert.deepEqual([seen?.dry_run, seen?.paused, hours(seen!, 'UTC')], [false, true, ['03:30', '03:30', '03:30']]);
    await told('schedule', 'resume', 'nightly');
    assert.equal((await list())[0]?.paused, false);
    await told('schedule', 'remove', 'nightly');
    await until('the schedule to be gone', async () => (await list()).length === 0);
  });

  it('start runs at their times, one after the other, with ids that end in the time', async () => {
    await told('schedule', 'set', 'often', ...EACH_SECOND);
    const first = await ended('often', 'completed');
    assert.match(first.last?.execution_id ?? '', /^often-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    await told('schedule', 'pause', 'often');
    const { last } = await ended('often', 'completed');
    const id = last?.execution_id ?? '';
    assert.ok(existsSync(join(folder, 'phase22/dry_runs', id, 'phase22_summary.json')));
    assert.ok(last?.url?.endsWith(`/namespaces/default/workflows/${encodeURIComponent(id)}`), last?.url ?? 'no link');
    const verified = await cli('verify', 'mine', '--dry-run', id);
    assert.equal(verified.code, 0, verified.stdout);
    await told('schedule', 'remove', 'often');
  });

  it('a live one runs now when asked, once at a time', async () => {
    await told('schedule', 'set', 'night', ...NIGHTLY, '--live', '--input', '{"waveGate":{"onUnhealthy":"continue"}}');
    const { execution_id } = await told<{ execution_id: string }>('schedule', 'run', 'night');
    assert.match(execution_id, /^night-.*Z$/);
    // Nobody serves its agents yet, so it stays open.
    const second = await cli('schedule', 'run', 'night');
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`run ${execution_id} of schedule night is open; nothing was started`));
    await harness.serve('mine');
    await ended('night', 'completed');
    assert.deepEqual(finals(await assertSound(folder)), ids);
    const verified = await cli('verify', 'mine');
    assert.equal(verified.code, 0, verified.stdout);
    await told('schedule', 'remove', 'night');
  });

  it('of others are left alone', async () => {
    const foreign = await harness.client.schedule.create({
      scheduleId: 'foreign',
      spec: { intervals: [{ every: '1d' }] },
      action: { type: 'startWorkflow', workflowType: 'somethingElse', taskQueue: 'elsewhere' },
    });
    for (const args of [
      ['remove', 'foreign'],
      ['set', 'foreign', ...NIGHTLY],
    ]) {
      const { code, stderr } = await cli('schedule', ...args);
      assert.equal(code, 2);
      assert.match(stderr, /schedule foreign starts something else than runs; it was left as it is/);
    }
    assert.equal((await foreign.describe()).action.workflowType, 'somethingElse');
    assert.deepEqual(await list(), []);
  });
});
