/** `kill -9` of the orchestrator while people are about to decide something, or have just done so. */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { writeControlDataset } from '../../bench/control/dataset.ts';
import type { ApprovalRequest } from '../../domain/model/run.ts';
import { approveUpdate, pauseSignal, resumeSignal } from '../../workflows/messages.ts';
import { approvalOf, refusalOf, until, untilRun, untilWave, waveHandle } from '../workflows/follow-run.ts';
import { Harness, type ServedProcess } from '../workflows/harness.ts';
import { assertSound, finals, taskIds } from '../workflows/records.ts';
import { Injection } from './injection.ts';

const PRELOAD = new URL('./inject.js', import.meta.url).href;
const LIVE = { dryRun: false, tuning: 'frozen', waveGate: { onUnhealthy: 'continue' } };
const TASKS = 30;

describe('an orchestrator that is killed', function () {
  this.timeout(300_000);
  let harness: Harness;
  let orchestrator: ServedProcess;
  let injection: Injection;

  const startOrchestrator = async () => {
    injection.heal();
    const env = { NODE_OPTIONS: `--import ${PRELOAD}`, WAVEWRIGHT_FAULT_CONTROL: injection.control };
    orchestrator = await harness.process(['orchestrator'], /orchestrator ready/, env);
  };

  before(async () => {
    harness = await Harness.start({ orchestrator: false });
    injection = new Injection(join(dirname(harness.dataRoot), 'orchestrator.control'));
    await startOrchestrator();
  });
  after(() => harness.stop());

  const underWay = async (dataset: string, risk: 'LOW' | 'HIGH') => {
    const folder = join(harness.dataRoot, dataset);
    const shape = { agents: 3, waves: 1, tasks: TASKS, risks: [risk], lengthMs: [100, 400] as const, seed: 8 };
    writeControlDataset(folder, shape);
    await harness.serve(dataset);
    const run = await harness.start({ dataset, ...LIVE });
    return { folder, run, wave: waveHandle(harness.client, run, 1) };
  };

  /** When each attempt began and ended, epoch milliseconds; every task has completed once. */
  const attemptsOf = async (folder: string) => {
    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes, 'completed'), taskIds(folder));
    return outcomes.map(({ started_at, finished_at }) => ({
      from: Date.parse(started_at),
      to: Date.parse(finished_at),
    }));
  };

  it('while the run is paused: it stays paused, and resume goes on', async () => {
    const { folder, run, wave } = await underWay('paused', 'LOW');
    await untilWave('the first completed task', wave, ({ in_flight }) => in_flight > 0);
    await run.signal(pauseSignal);
    await untilRun('the pause', run, ({ status }) => status === 'paused');
    const from = Date.now();
    await orchestrator.kill('SIGKILL');
    await startOrchestrator();
    await untilRun('the pause to be known', run, ({ status }) => status === 'paused');
    await wait(300);
    await untilWave('nothing in flight', wave, ({ phase, in_flight }) => phase === 'paused' && in_flight === 0);
    const to = Date.now();
    await run.signal(resumeSignal);
    assert.equal((await run.result()).status, 'completed');
    const attempts = await attemptsOf(folder);
    assert.deepEqual(
      attempts.filter((attempt) => attempt.to > from && attempt.from < to),
      [],
    );
    assert.ok(
      attempts.some((attempt) => attempt.from >= to),
      'everything was done before the pause',
    );
  });

  it('while a gate waits: an approval sent meanwhile is answered once another one serves', async () => {
    const { folder, run, wave } = await underWay('waiting', 'HIGH');
    const { requests } = await untilWave('the request', wave, (seen) => seen.requests.length === 1);
    const [request] = requests as [ApprovalRequest];
    await orchestrator.kill('SIGKILL');
    const sentAt = Date.now();
    const approve = () => wave.executeUpdate(approveUpdate, { args: [approvalOf(request)] });
    const sent = approve().catch((error: unknown) => error);
    await wait(300);
    await startOrchestrator();
    const answer = await sent;
    if (typeof answer === 'string') assert.match(answer, /^approved w1-g2/);
    else {
      // Told plainly that it did not arrive: then it counts for nothing, and may be sent again.
      assert.ok(answer instanceof Error && !(answer instanceof WorkflowUpdateFailedError), String(answer));
      await approve();
    }
    assert.match(await refusalOf(approve()), /is not open/);
    assert.equal((await run.result()).status, 'completed');
    const attempts = await attemptsOf(folder);
    assert.ok(
      attempts.every(({ from }) => from >= sentAt),
      'a task started before it was approved',
    );
  });

  it('between an approval and the first start: what was approved starts, once', async () => {
    const { folder, run, wave } = await underWay('approved', 'HIGH');
    const { requests } = await untilWave('the request', wave, (seen) => seen.requests.length === 1);
    const [request] = requests as [ApprovalRequest];
    const before = injection.hits().length;
    injection.breakFiles({ path: '/wave_\\d+/plans/', step: 'any', nth: 1, fault: 'hold' });
    await wave.executeUpdate(approveUpdate, { args: [approvalOf(request)] });
    await until('a step of the plan', () => Promise.resolve(injection.hits().length > before));
    await orchestrator.kill('SIGKILL');
    const killedAt = Date.now();
    await startOrchestrator();
    assert.equal((await run.result()).status, 'completed');
    const attempts = await attemptsOf(folder);
    assert.ok(
      attempts.every(({ from }) => from >= killedAt),
      'a task started before its plan was made',
    );
  });
});
