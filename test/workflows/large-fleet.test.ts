/** Pause and gate where much is in flight: three waves on fifty agents. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeControlDataset } from '../../bench/control/dataset.ts';
import type { OutcomeRecord } from '../../domain/model/records.ts';
import type { ApprovalRequest } from '../../domain/model/run.ts';
import { seededRandom } from '../../domain/model/random.ts';
import { approveUpdate, pauseSignal, resumeSignal } from '../../workflows/messages.ts';
import { approvalOf, refusalOf, runProgress, untilRun, untilWave, waveHandle, waveProgress } from './follow-run.ts';
import { Harness, type RunHandle } from './harness.ts';
import { assertSound, decided, finals, taskIds } from './records.ts';

const AGENTS = 50;
const TASKS = 120;
const WAVES = [1, 2, 3];
const LIVE = { dryRun: false, tuning: 'frozen', waveGate: { onUnhealthy: 'continue' } };
/** So many agents make a busy machine slow. */
const PATIENT_MS = 120_000;

describe('a large fleet', function () {
  this.timeout(300_000);
  let harness: Harness;
  const random = seededRandom('large fleet');

  before(async () => {
    // Fifty agents in one process are slow to answer: none of them is to count as lost.
    harness = await Harness.start({ timeouts: { unreachableMs: 30_000, heartbeatMs: 30_000, probeMs: 20_000 } });
  });
  after(() => harness.stop());

  const serve = async (dataset: string, shape: { agents: number; waves: number; tasks: number }) => {
    const folder = join(harness.dataRoot, dataset);
    writeControlDataset(folder, { ...shape, risks: ['LOW', 'HIGH'], lengthMs: [150, 600], seed: 3 });
    await harness.serve(dataset);
    return folder;
  };

  /** Pauses the run and resumes it; answers with a span, epoch milliseconds, in which it said `paused`. */
  const pauseOnce = async (run: RunHandle, meanwhile: () => Promise<void> = () => Promise.resolve()) => {
    await run.signal(pauseSignal);
    const { open_wave } = await untilRun('the pause', run, ({ status }) => status === 'paused', PATIENT_MS);
    const from = Date.now();
    if (open_wave) {
      const { phase, in_flight } = await waveProgress(harness.client.workflow.getHandle(open_wave.workflow_id));
      assert.deepEqual([phase, in_flight], ['paused', 0]);
    }
    await meanwhile();
    await wait(200);
    assert.equal((await runProgress(run)).status, 'paused');
    const to = Date.now();
    await run.signal(resumeSignal);
    return { from, to };
  };

  const highOf = (outcomes: OutcomeRecord[], wave: number) =>
    outcomes.filter(({ task_id }) => task_id.startsWith(`HIGH_${wave}_`));

  it('has nothing in flight once a run says paused, and starts what needs a person only after the matching approval', async () => {
    const folder = await serve('large', { agents: AGENTS, waves: WAVES.length, tasks: TASKS });
    const run = await harness.start({ dataset: 'large', ...LIVE });
    const pauses: { from: number; to: number }[] = [];
    const approvedAt = new Map<number, number>();
    for (const number of WAVES) {
      const wave = waveHandle(harness.client, run, number);
      const { requests } = await untilWave('the request', wave, (seen) => seen.requests.length === 1, PATIENT_MS);
      const [request] = requests as [ApprovalRequest];
      assert.deepEqual([request.risk_level, request.tasks], ['HIGH', TASKS]);
      const send = (answer: object) =>
        wave.executeUpdate<string, [object]>(approveUpdate.name, { args: [{ ...approvalOf(request), ...answer }] });
      const approve = async () => {
        assert.match(await refusalOf(send({ digest: `${request.digest.slice(0, -4)}0000` })), /digest/);
        assert.match(await refusalOf(send({ request: `w${number}-g9` })), /is not open/);
        await wait(300 * random());
        approvedAt.set(number, Date.now());
        assert.match(await send({}), /^approved/);
        assert.match(await refusalOf(send({})), /is not open/, 'a second approval');
      };
      await wait(500 * random());
      // In the second wave the approval comes while all stands still.
      pauses.push(await pauseOnce(run, number === 2 ? approve : undefined));
      if (number !== 2) await approve();
      await wait(500 * random());
      pauses.push(await pauseOnce(run));
    }
    assert.equal((await run.result()).status, 'completed');

    const outcomes = await assertSound(folder);
    assert.deepEqual(finals(outcomes, 'completed'), taskIds(folder));
    const agents = new Set(outcomes.map(({ agent_id }) => agent_id));
    assert.equal(agents.size, AGENTS, 'not every agent was at work');
    for (const { task_id, started_at, finished_at } of outcomes) {
      for (const { from, to } of pauses) {
        const apart = Date.parse(finished_at) <= from || Date.parse(started_at) >= to;
        assert.ok(apart, `${task_id} ran ${started_at} – ${finished_at}, paused from ${new Date(from).toISOString()}`);
      }
    }
    for (const number of WAVES) {
      const high = highOf(outcomes, number);
      assert.equal(high.length, TASKS);
      const first = Math.min(...high.map(({ started_at }) => Date.parse(started_at)));
      assert.ok(
        first >= (approvedAt.get(number) ?? Infinity),
        `wave ${number}: a HIGH task started before its approval`,
      );
    }
  });

  it('an approval that comes when the time is up is refused, and releases nothing', async () => {
    const folder = await serve('late', { agents: 2, waves: 1, tasks: 24 });
    const run = await harness.start({ dataset: 'late', ...LIVE, gate: { approvalTimeout: '1s' } });
    const wave = waveHandle(harness.client, run, 1);
    const { requests } = await untilWave('the request', wave, (seen) => seen.requests.length === 1, PATIENT_MS);
    const [request] = requests as [ApprovalRequest];
    await untilWave('the end of its time', wave, (seen) => seen.requests.length === 0, PATIENT_MS);
    const late = wave.executeUpdate(approveUpdate, { args: [approvalOf(request)] });
    assert.match(await refusalOf(late), /is not open/);
    assert.equal((await run.result()).status, 'completed');
    const outcomes = await assertSound(folder);
    assert.deepEqual(highOf(outcomes, 1), []);
    assert.equal(decided(folder, run.workflowId, 'deferred').length, request.tasks);
  });
});
