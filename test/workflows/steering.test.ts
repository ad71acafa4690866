import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WaveEvidence } from '../../domain/model/evidence.ts';
import type { DeadLetterRecord } from '../../domain/model/records.ts';
import {
  approveUpdate,
  explainQuery,
  explainUpdate,
  pauseSignal,
  resumeSignal,
  retryFailedUpdate,
  skipWaveUpdate,
} from '../../workflows/messages.ts';
import {
  approvalOf,
  approveAll,
  board,
  refusalOf,
  runProgress,
  until,
  untilRun,
  untilWave,
  waveHandle,
  waveProgress,
} from './follow-run.ts';
import { editFleet, Harness } from './harness.ts';
import { assertSound, committedOutcomes, finals, json, rows, taskIds } from './records.ts';

const LIVE = { dryRun: false, waveGate: { onUnhealthy: 'continue' } };

describe('steering a live run', function () {
  this.timeout(90_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  /** A run that has completed a task of its first wave and has most of it to go. */
  const underWay = async (
    dataset: string,
    waves: number,
    input: Record<string, unknown> = {},
    edit: (folder: string) => void = () => undefined,
  ) => {
    const folder = await harness.dataset(dataset, { waves, tasks: 24, speed: 1 });
    edit(folder);
    await harness.serve(dataset);
    const whole = { dataset, ...LIVE, gate: { approvalTimeout: '1s' }, ...input };
    const run = await harness.start(whole);
    const wave = waveHandle(harness.client, run, 1);
    await untilWave('the first completed task', wave, ({ completed }) => completed >= 1);
    return { folder, run, wave, input: whole };
  };

  it('the last word on pausing wins, whether it is said to the run or to its wave', async () => {
    const { folder, run, wave } = await underWay('words', 2);
    await run.signal(pauseSignal);
    await untilWave('the pause at the wave', wave, ({ phase }) => phase === 'paused');
    await untilRun('the pause at the run', run, ({ status }) => status === 'paused');
    assert.match(await board(run), /^\*\*paused\*\*/);
    await wave.signal(resumeSignal);
    await untilRun('the run to go on', run, ({ status }) => status !== 'paused' && status !== 'pausing');
    await wave.signal(pauseSignal);
    await untilRun('the second pause', run, ({ status }) => status === 'paused');
    await run.signal(resumeSignal);
    assert.equal((await run.result()).status, 'completed');
    await assertSound(folder);
  });

  it('skipWave ends the open wave and leaves a later one out; their tasks return in the next run', async () => {
    const { folder, run, input } = await underWay('skipped', 3);
    await run.signal(pauseSignal);
    await untilRun('the pause', run, ({ status }) => status === 'paused');
    assert.match(await refusalOf(run.executeUpdate(skipWaveUpdate, { args: [{ wave: 9 }] })), /its waves: 1, 2, 3/);
    assert.match(
      await refusalOf(run.executeUpdate<string, [unknown]>('skipWave', { args: ['two'] })),
      /expected nothing, for the open wave, or \{"wave": 2\}, got "two"/,
    );
    assert.match(await run.executeUpdate(skipWaveUpdate, { args: [{ wave: 3 }] }), /wave 3 will be skipped/);
    assert.match(await refusalOf(run.executeUpdate(skipWaveUpdate, { args: [{ wave: 3 }] })), /skipped already/);
    assert.deepEqual((await runProgress(run)).skipped, [3]);
    assert.match(await run.executeUpdate(skipWaveUpdate, { args: [null] }), /wave 1 ends/);
    await run.signal(resumeSignal);
    const result = await approveAll(harness.client, run);
    assert.equal(result.status, 'completed');
    assert.deepEqual(
      result.waves.map(({ wave, skipped }) => [wave, skipped]),
      [
        [1, true],
        [2, false],
      ],
    );
    const outcomes = await assertSound(folder);
    const [first] = result.waves;
    assert.ok(first && first.completed < 24, JSON.stringify(first));
    const second = outcomes.filter(({ wave }) => wave === 2).map(({ task_id }) => task_id);
    assert.ok(
      second.every((task) => task.startsWith('task_2_')),
      'tasks of the skipped wave ran in the next one',
    );
    const next = await approveAll(harness.client, await harness.start({ ...input, gate: {} }));
    assert.equal(next.status, 'completed');
    assert.ok(next.waves.some(({ wave }) => wave === 3));
    const ended = new Set(finals(await assertSound(folder)));
    assert.deepEqual([...ended].sort(), taskIds(folder));
  });

  it('maxFailures stands the run still; retryFailed runs the failed tasks again in a wave of their own', async () => {
    const folder = await harness.dataset('failing', { waves: 1, tasks: 12, speed: 6 });
    editFleet(folder, (agent) => ({ ...agent, reliability: 0.3, drift: undefined }));
    await harness.serve('failing');
    const limits = { maxAttempts: 1, maxFailures: 2 };
    const run = await harness.start({ dataset: 'failing', ...LIVE, limits, gate: { approvalTimeout: '1s' } });
    const stood = await untilRun('the limit', run, ({ status }) => status === 'paused');
    assert.match(stood.reason ?? '', /failed for good, limits\.maxFailures is 2/);
    assert.match(await board(run), /Stands still: \d+ task\\\(s\\\) failed for good/);
    assert.match(
      await refusalOf(run.executeUpdate<string, [unknown]>('retryFailed', { args: [{ tasks: ['a b'] }] })),
      /tasks\[0\] must be a task id/,
    );
    assert.match(await run.executeUpdate(retryFailedUpdate, { args: [null] }), /run again in the next wave/);
    assert.equal((await runProgress(run)).retry, 'all');
    let ended = false;
    const result = run.result().finally(() => (ended = true));
    await until('the end', async () => {
      // The limit may be reached again: each time the run stands still until somebody goes on.
      if (!ended && (await runProgress(run)).status === 'paused') await run.signal(resumeSignal);
      return ended;
    });
    const { waves } = await result;
    const [first, again] = waves;
    assert.ok(first && again && first.failed >= 2, JSON.stringify(waves));
    assert.deepEqual([again.wave, again.retried], [2, first.failed]);
    assert.ok(again.completed > 0, 'no retried task completed');
    const dead = rows<DeadLetterRecord>(join(folder, 'phase22/dead_letters.jsonl'));
    const failedAt = (wave: number) => dead.filter((row) => row.wave === wave).map(({ task_id }) => task_id);
    const outcomes = await assertSound(folder);
    const ranAgain = outcomes.filter(({ wave }) => wave === 2).map(({ task_id }) => task_id);
    assert.deepEqual([...new Set(ranAgain)].sort(), failedAt(1).sort());
    const summary = json<{ failed_tasks: number; completed_tasks: number }>(
      join(folder, 'phase22/phase22_summary.json'),
    );
    assert.equal(summary.failed_tasks, failedAt(2).length);
    assert.equal(summary.completed_tasks, first.completed + again.completed);
    assert.ok((await runProgress(run)).reason === null);
  });

  it('failed tasks that a person names run again in the next wave, also where theirs was skipped', async () => {
    const fails = (folder: string) => editFleet(folder, (agent) => ({ ...agent, reliability: 0.2, drift: undefined }));
    const { folder, run, wave } = await underWay('named', 2, { limits: { maxAttempts: 1 } }, fails);
    await untilWave('two failed tasks', wave, ({ failed }) => failed >= 2);
    await run.signal(pauseSignal);
    await untilRun('the pause', run, ({ status }) => status === 'paused');
    const said = await Promise.all(
      taskIds(folder)
        .filter((task) => task.startsWith('task_1_'))
        .map((task) => wave.executeUpdate(explainUpdate, { args: [{ task }] })),
    );
    const failed = said.filter(({ says }) => says.startsWith('Failed for good')).map(({ about }) => about);
    const [first, ...others] = failed;
    assert.ok(first !== undefined && others.length > 0, failed.join());
    const answered = await wave.executeUpdate(retryFailedUpdate, { args: [{ tasks: [first, 'task_of_nobody'] }] });
    assert.match(
      answered,
      /^those of the 2 task\(s\) named that have failed .* its board says which it ignored, and why$/,
    );
    await untilRun('the run to know', run, ({ retry }) => Array.isArray(retry) && retry.length === 2);
    await wave.executeUpdate(skipWaveUpdate, { args: [null] });
    await run.signal(resumeSignal);
    const { waves } = await run.result();
    assert.deepEqual(
      waves.map(({ wave: number, skipped, retried }) => [number, skipped, retried]),
      [
        [1, true, 0],
        [2, false, 1],
      ],
    );
    for (const told of [run, waveHandle(harness.client, run, 2)]) {
      assert.match(
        await board(told),
        /retryFailed ignored 1 of 2 .*: task\\_of\\_nobody \\\(no such task in the dataset\\\)/,
      );
    }
    const second = (await assertSound(folder)).filter((row) => row.wave === 2).map(({ task_id }) => task_id);
    assert.deepEqual(
      [...new Set(second)].filter((task) => task.startsWith('task_1_')),
      [first],
    );
    const summary = json<{ failed_tasks: number; status: string }>(join(folder, 'phase22/phase22_summary.json'));
    const sum = waves.reduce((total, done) => total + done.failed, 0);
    assert.deepEqual([summary.status, summary.failed_tasks], ['completed', sum - 1]);
  });

  it('maxCost stands the run still', async () => {
    const { folder, run, wave } = await underWay('costly', 1, { limits: { maxCost: 2 } }, (dataset) => {
      const source = `import { setTimeout as wait } from 'node:timers/promises';
        export async function execute() { await wait(300); return { status: 'completed', cost: 0.5 }; }`;
      writeFileSync(join(dataset, 'phase22/agent.mjs'), source);
      editFleet(dataset, ({ agent_id }) => ({ agent_id, kind: 'module', path: 'phase22/agent.mjs', slots: 2 }));
    });
    const stood = await untilRun('the limit', run, ({ status, reason }) => status === 'paused' && reason !== null);
    assert.match(stood.reason ?? '', /the cost is [\d.]+, limits\.maxCost is 2/);
    const spent = await waveProgress(wave);
    assert.ok(spent.cost >= 2 && spent.completed < 24, `${spent.cost} for ${spent.completed} tasks`);
    await until('the end', async () => {
      const { status } = await runProgress(run);
      if (status === 'paused') await run.signal(resumeSignal);
      return status === 'completed';
    });
    const outcomes = await committedOutcomes(folder);
    const cost = outcomes.reduce((sum, row) => sum + (row.cost ?? 0), 0);
    const result = await run.result();
    assert.ok(Math.abs((result.waves[0]?.cost ?? 0) - cost) < 1e-9);
  });

  it('what cannot be taken is said on the board, and explain tells why something waits', async () => {
    const { folder, run, wave } = await underWay('noted', 1);
    await wave.signal(pauseSignal);
    await untilWave('the pause', wave, ({ phase }) => phase === 'paused');
    for (const target of [run, wave]) {
      await target.signal('stop|it');
      await target.signal('setLevel', 'nonsense');
      await target.signal('waveReport', null);
      await target.signal('setDryRun', 'yes please');
      await target.signal('setDryRun');
    }
    const shown = await until('the notes', async () => {
      const text = await board(wave);
      return /stop/.test(text) && /setLevel ignored/.test(text) && /got nothing/.test(text) && text;
    });
    assert.match(shown, /setDryRun ignored: expected true or .*got "yes please"/);
    assert.match(shown, /setDryRun ignored: expected true or .*got nothing/);
    assert.match(shown, /signal "stop\\\|it" ignored/);
    for (const report of [
      { wave: 1, number: 99, level: { word: 0 }, requests: [{}] },
      { level: { word: 2 ** 53 - 1 } },
    ]) {
      await run.signal('waveReport', report);
      await wave.signal('setLevel', report.level);
    }
    await until('the note', async () => /waveReport ignored/.test(await board(run)));
    assert.equal((await runProgress(run)).dry_run, false);

    const whole = await wave.query(explainQuery);
    assert.match(whole.says, /^Paused; the signal "resume" goes on\./);
    const agent = await wave.query(explainQuery, { agent: 'agent_1' });
    assert.match(agent.says, /^agent_1 is up: 0 task\(s\) in flight, \d+ queued, .* The wave is paused/);
    const told = await Promise.all(
      taskIds(folder).map((task) => wave.executeUpdate(explainUpdate, { args: [{ task }] })),
    );
    const words = told.map(({ says }) => says.split(' ')[0]);
    assert.ok(words.includes('Completed'), words.join(', '));
    assert.ok(
      words.every((word) => ['Completed', 'Planned', 'Waits', 'Deferred:', 'Failed'].includes(word ?? '')),
      told.map(({ says }) => says).join('\n'),
    );
    const unknown = await wave.executeUpdate(explainUpdate, { args: [{ task: 'task_9' }] });
    assert.match(unknown.says, /neither a task nor an agent task_9/);
    assert.match(await refusalOf(wave.executeUpdate<unknown, [unknown]>('explain', { args: [7] })), /expected nothing/);
    assert.match((await run.executeUpdate(explainUpdate, { args: ['task_1_1'] })).says, /Ask wave 1: workflow /);
    await wave.signal(resumeSignal);
    assert.equal((await run.result()).status, 'completed');
  });

  it('answers that release nothing are kept beside the one that counted', async () => {
    const folder = await harness.dataset('kept', { waves: 1, tasks: 24, seed: 7, speed: 6 });
    await harness.serve('kept');
    const run = await harness.start({ dataset: 'kept', ...LIVE });
    const wave = waveHandle(harness.client, run, 1);
    const { requests } = await untilWave('the request', wave, (progress) => progress.requests.length > 0);
    const [request] = requests;
    assert.ok(request);
    const good = approvalOf(request);
    await refusalOf(run.executeUpdate(approveUpdate, { args: [{ ...good, digest: 'sha256:00' }] }));
    await refusalOf(wave.executeUpdate(approveUpdate, { args: [{ ...good, request: 'w7-g7' }] }));
    assert.match(await board(wave), /refused: digest .* is not that of w1-g2/);
    await wave.signal(pauseSignal);
    await wave.executeUpdate(approveUpdate, { args: [good] });
    assert.match(await refusalOf(wave.executeUpdate(approveUpdate, { args: [good] })), /is not open/);
    await wave.signal(resumeSignal);
    assert.equal((await run.result()).status, 'completed');
    const { answers } = json<WaveEvidence>(join(folder, 'phase22/wave_1/evidence.json'));
    const kept = answers.map(({ request: name, refused }) => [name, refused === null]);
    assert.deepEqual(kept, [
      [request.request, false],
      ['w7-g7', false],
      [request.request, true],
      [request.request, false],
    ]);
  });
});
