import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { GateDecisionRecord } from '../../domain/model/records.ts';
import { approveUpdate, pauseSignal, rejectUpdate, resumeSignal, setDryRunSignal } from '../../workflows/messages.ts';
import {
  approvalOf,
  approveAll,
  board,
  refusalOf,
  runProgress,
  untilRun,
  untilWave,
  waveHandle,
  waveProgress,
} from './follow-run.ts';
import { Harness } from './harness.ts';
import { assertSound, committedOutcomes, decided, finals, json, rows, taskIds } from './records.ts';

/** Never stands still for its health: the tests pause by hand. */
const LIVE = { dryRun: false, waveGate: { onUnhealthy: 'continue' } };

describe('control of a live run', function () {
  this.timeout(60_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  /** A dataset with its agents served, and a run of it that has completed a few tasks of wave 1. */
  const underWay = async (dataset: string, input: Record<string, unknown> = {}) => {
    const folder = await harness.dataset(dataset, { waves: 2, tasks: 24, speed: 1.5 });
    await harness.serve(dataset);
    const run = await harness.start({ dataset, ...LIVE, ...input });
    const wave = waveHandle(harness.client, run, 1);
    await untilWave('the first completed tasks', wave, ({ completed }) => completed >= 1);
    return { folder, run, wave, input: { dataset, ...LIVE, ...input } };
  };

  it('pause drains, nothing starts while it is paused, and resume goes on', async () => {
    const { folder, run, wave } = await underWay('paused');
    await run.signal(pauseSignal);
    const seen: string[] = [];
    const paused = await untilWave('the pause', wave, ({ phase, in_flight }) => {
      if (phase !== seen.at(-1)) seen.push(phase);
      if (phase === 'pausing') assert.ok(in_flight > 0, 'pausing with nothing in flight');
      return phase === 'paused';
    });
    assert.ok(seen.includes('pausing'), seen.join(', '));
    assert.equal(paused.in_flight, 0);
    assert.ok(paused.completed < paused.released, 'everything was done before the pause');
    await untilRun('the run to say so', run, ({ status }) => status === 'paused');
    const from = Date.now();
    await wait(700);
    const to = Date.now();
    assert.equal((await wave.query<typeof paused, []>('progress')).completed, paused.completed);

    await run.signal(resumeSignal);
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    const outcomes = await assertSound(folder);
    for (const { started_at, finished_at, task_id } of outcomes) {
      const inside = (time: string) => Date.parse(time) > from && Date.parse(time) < to;
      assert.ok(!inside(started_at) && !inside(finished_at), `${task_id} ran while the run was paused`);
    }
    assert.ok(outcomes.some(({ started_at }) => Date.parse(started_at) > to));
    assert.deepEqual(finals(outcomes), taskIds(folder));
    const evidence = json<{ pauses: { from: number; to: number }[] }>(join(folder, 'phase22/wave_1/evidence.json'));
    assert.ok(evidence.pauses.some((span) => span.from <= from && span.to >= to));
  });

  it('a wave that is paused and resumed itself goes on alike', async () => {
    const { folder, run, wave } = await underWay('wave-paused');
    await wave.signal(pauseSignal);
    await untilWave('the pause', wave, ({ phase }) => phase === 'paused');
    await untilRun('the run to say so', run, ({ status }) => status === 'paused');
    await wave.signal(resumeSignal);
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
  });

  it('setDryRun in the middle of a wave commits what was done and forecasts the rest, which a later live run does once', async () => {
    const { folder, run, input } = await underWay('switched');
    await run.signal(setDryRunSignal, false);
    assert.equal((await runProgress(run)).dry_run, false, 'false asks for nothing');
    await run.signal(setDryRunSignal, { dryRun: true });
    await run.signal(setDryRunSignal, false);
    const result = await run.result();
    assert.equal(result.status, 'completed');
    assert.deepEqual(
      result.waves.map(({ wave, dry_run }) => [wave, dry_run]),
      [
        [1, false],
        [1, true],
        [2, true],
      ],
    );
    const done = finals(await committedOutcomes(folder, run.workflowId), 'completed');
    assert.ok(done.length > 0 && done.length < 24, `${done.length} tasks were done live`);
    const forecast = join(folder, `phase22/dry_runs/${run.workflowId}`);
    const { tasks } = json<{ tasks: number }>(join(forecast, 'wave_1/forecast.json'));
    const failed = finals(await committedOutcomes(folder, run.workflowId), 'failed');
    assert.equal(tasks, 24 - done.length, `the rest is forecast; ${failed.join(', ')} failed so far`);
    assert.ok(json<{ tasks: number }>(join(forecast, 'wave_2/forecast.json')).tasks >= 24);

    const later = await approveAll(harness.client, await harness.start(input));
    assert.equal(later.status, 'completed');
    const completed = finals(await assertSound(folder), 'completed');
    assert.deepEqual(completed, taskIds(folder));
  });

  it('cancel commits what was done and gives the dataset back; the next run does the rest', async () => {
    const { folder, run, wave, input } = await underWay('cancelled', { gate: { mediumNeedsApproval: true } });
    await untilWave('a request', wave, ({ requests }) => requests.length > 0);
    assert.match(await board(wave), /Waiting for approval/);
    await run.cancel();
    await assert.rejects(run.result());
    assert.equal((await run.describe()).status.name, 'CANCELLED');
    const done = finals(await committedOutcomes(folder, run.workflowId), 'completed');
    assert.ok(done.length > 0 && done.length < 24, `${done.length} tasks were done`);
    const summary = json<{ status: string; completed_tasks: number }>(join(folder, 'phase22/phase22_summary.json'));
    assert.deepEqual([summary.status, summary.completed_tasks], ['cancelled', done.length]);
    const ended = await board(run);
    assert.match(ended, new RegExp(`^Ended: ${done.length} of 48 task.* completed, \\d+ left in the backlog\\.$`, 'm'));
    assert.match(ended, /Its input: `\{"dataset":"cancelled","dryRun":false\}`/);
    for (const text of [ended, await board(wave)]) assert.doesNotMatch(text, /[Ss]end |Waiting for approval/);
    const { phase, requests, waiting } = await waveProgress(wave);
    assert.deepEqual([phase, requests, waiting], ['finished', [], 0]);

    const next = await harness.start(input);
    assert.equal((await approveAll(harness.client, next)).status, 'completed');
    assert.deepEqual(finals(await assertSound(folder), 'completed'), taskIds(folder));
  });

  it('cancelling the wave itself ends the run with the status cancelled, and what was done is committed', async () => {
    const { folder, run, wave } = await underWay('wave-cancelled');
    await wave.cancel();
    const result = await run.result();
    assert.deepEqual([result.status, result.waves.length], ['cancelled', 1]);
    const done = finals(await assertSound(folder), 'completed');
    assert.ok(done.length > 0 && done.length < 24, `${done.length} tasks were done`);
  });

  it('a run whose wave is terminated fails, and its board says so and asks for nothing', async () => {
    const { run, wave } = await underWay('wave-terminated');
    await wave.terminate();
    await assert.rejects(run.result());
    assert.equal((await runProgress(run)).status, 'failed');
    const text = await board(run);
    assert.match(text, /^\*\*failed\*\* /);
    assert.match(text, /a new one takes up what is left\. Its input: `\{"dataset":"wave-terminated","dryRun":false\}`/);
  });

  describe('approvals', () => {
    const waiting = async (dataset: string, gate: Record<string, unknown> = {}) => {
      const folder = await harness.dataset(dataset, { waves: 1, tasks: 24, seed: 7, speed: 6 });
      await harness.serve(dataset);
      const input = { dataset, ...LIVE, gate: { mediumNeedsApproval: true, ...gate } };
      const run = await harness.start(input);
      return { folder, run, wave: waveHandle(harness.client, run, 1), input };
    };

    it('a wrong answer is refused in words; a rejection is recorded and returns its tasks in the next run', async () => {
      const { folder, run, wave, input } = await waiting('refused');
      const { requests } = await untilWave('both requests', wave, (progress) => progress.requests.length === 2);
      const [medium, high] = requests;
      assert.ok(medium && high);
      assert.deepEqual([medium.risk_level, high.risk_level], ['MEDIUM', 'HIGH']);
      const good = approvalOf(medium);
      for (const target of [wave, run]) {
        const send = (answer: Record<string, unknown>) =>
          refusalOf(target.executeUpdate<string, [Record<string, unknown>]>('approve', { args: [answer] }));
        assert.match(await send({ ...good, digest: 'sha256:0000' }), /digest "sha256:0000" is not that of w1-g1/);
        assert.match(await send({ ...good, request: 'w9-g1' }), /request "w9-g1" is not open; open: w1-g1, w1-g2/);
        assert.match(await send({ ...good, override: true }), /reason is missing/);
        assert.match(await send({ ...good, approver: '' }), /approver must be/);
      }
      await wave.executeUpdate(rejectUpdate, { args: [{ ...approvalOf(medium), reason: 'not today' }] });
      const said = await run.executeUpdate(approveUpdate, { args: [approvalOf(high)] });
      assert.match(said, /w1-g2/);
      assert.equal((await run.result()).status, 'completed');

      const rejected = decided(folder, run.workflowId, 'rejected');
      assert.equal(rejected.length, medium.tasks);
      const decisions = rows<GateDecisionRecord>(join(folder, 'phase22/gate_decisions.jsonl'));
      const one = decisions.find(({ approval }) => approval === 'rejected');
      assert.deepEqual([one?.risk_level, one?.approver, one?.verified], ['MEDIUM', 'tester', false]);
      assert.match(one?.reason ?? '', /not today/);
      const done = finals(await assertSound(folder), 'completed');
      assert.ok(rejected.every((task) => !done.includes(task)));

      await approveAll(harness.client, await harness.start(input));
      const after = finals(await assertSound(folder), 'completed');
      assert.ok(
        rejected.every((task) => after.includes(task)),
        'a rejected task did not return',
      );
    });

    it('an approval that nobody gives in time defers', async () => {
      const { folder, run, wave } = await waiting('expired', { approvalTimeout: '2s' });
      const { requests } = await untilWave('both requests', wave, (progress) => progress.requests.length === 2);
      const result = await run.result();
      const asked = requests.reduce((sum, { tasks }) => sum + tasks, 0);
      assert.equal(result.waves[0]?.deferred, asked);
      const deferred = decided(folder, run.workflowId, 'deferred');
      assert.equal(deferred.length, asked);
      const done = finals(await assertSound(folder));
      assert.deepEqual([...done, ...deferred].sort(), taskIds(folder));
    });
  });

  describe('the wave gate', () => {
    it('an unhealthy wave pauses the run until a person resumes it', async () => {
      const folder = await harness.dataset('unhealthy', { tasks: 6, speed: 6 });
      await harness.serve('unhealthy');
      const run = await harness.start({
        dataset: 'unhealthy',
        dryRun: false,
        waveGate: { minHealth: 100, onUnhealthy: 'pause' },
        gate: { approvalTimeout: '1s' },
      });
      const stood = await untilRun('the pause', run, ({ status }) => status === 'paused');
      assert.match(stood.reason ?? '', /minHealth 100|conclusively below/);
      assert.deepEqual([stood.finished.length, stood.open_wave], [1, null]);
      await run.signal(resumeSignal);
      await untilRun('the second pause', run, ({ status, finished }) => status === 'paused' && finished.length === 2);
      await run.signal(resumeSignal);
      assert.equal((await run.result()).status, 'completed');
      await assertSound(folder);
    });

    it('an unhealthy wave aborts the run where the input says so', async () => {
      const folder = await harness.dataset('aborted', { tasks: 6, speed: 6 });
      await harness.serve('aborted');
      const run = await harness.start({
        dataset: 'aborted',
        dryRun: false,
        waveGate: { minHealth: 100, onUnhealthy: 'abort' },
        gate: { approvalTimeout: '1s' },
      });
      const result = await run.result();
      assert.deepEqual([result.status, result.waves.length], ['aborted', 1]);
      assert.match(result.reason ?? '', /minHealth 100|conclusively below/);
      await assertSound(folder);
    });
  });
});
