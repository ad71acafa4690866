/**
 * The runs whose histories are recorded. Each is driven on a server of its own; what its histories must show is said
 * beside it, so that a moment that was missed is noticed when they are recorded, not when they are needed.
 */
import { approveUpdate, pauseSignal, rejectUpdate, resumeSignal, setDryRunSignal } from '../../workflows/messages.ts';
import { approvalOf, approveAll, untilRun, untilWave, waveHandle } from '../workflows/follow-run.ts';
import type { Harness, HarnessOptions, RunHandle } from '../workflows/harness.ts';

export interface Scenario {
  name: string;
  server?: HarnessOptions;
  /** What must have befallen the run or a wave of it: see `befell`. */
  shows: string[];
  /** Starts a run and sees it to its end. */
  drive(harness: Harness, name: string): Promise<RunHandle>;
}

const LIVE = { dryRun: false, waveGate: { onUnhealthy: 'continue' } };

/** Starts a live run and waits until its first wave has completed a task. */
async function underWay(harness: Harness, dataset: string, only?: string[]) {
  await harness.serve(dataset, only);
  const run = await harness.start({ dataset, ...LIVE }, dataset);
  const wave = waveHandle(harness.client, run, 1);
  await untilWave('the first completed task', wave, ({ completed }) => completed > 0);
  return { run, wave };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'completed',
    shows: ['completed', 'executeChunk done', 'commitWave done', 'closeRun done', 'update approve'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 2, tasks: 16, agents: 2, seed: 7, speed: 3 });
      const { run } = await underWay(harness, name);
      await approveAll(harness.client, run);
      return run;
    },
  },
  {
    name: 'paused',
    shows: ['completed', 'signal pause', 'signal resume', 'signal setLevel', 'drain done'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 1, tasks: 20, agents: 2, seed: 7, speed: 1.5 });
      const { run, wave } = await underWay(harness, name);
      await run.signal(pauseSignal);
      await untilWave('the pause', wave, ({ phase }) => phase === 'paused');
      await run.signal(resumeSignal);
      await approveAll(harness.client, run);
      return run;
    },
  },
  {
    name: 'failed-over',
    server: { timeouts: { unreachableMs: 4_000, heartbeatMs: 3_000 } },
    shows: ['completed', 'executeChunk lost', 'settleChunk done', 'drain lost', 'timer fired'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 1, tasks: 40, agents: 3, speed: 0.3 });
      const agent = await harness.process(['agents', '--dataset', name, '--agent', 'agent_0'], /agents ready/);
      const { run, wave } = await underWay(harness, name, ['agent_1', 'agent_2']);
      await untilWave('agent_0 at work', wave, ({ agents }) =>
        agents.some(({ agent_id, in_flight, completed }) => agent_id === 'agent_0' && in_flight > 0 && completed > 0),
      );
      const ended = approveAll(harness.client, run);
      await agent.kill('SIGKILL');
      await ended;
      return run;
    },
  },
  {
    name: 'continued',
    server: { dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 25 } },
    shows: ['completed', 'run continued as new', 'wave continued as new', 'update approve'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 2, tasks: 20, agents: 2, seed: 7, speed: 3 });
      const { run } = await underWay(harness, name);
      await approveAll(harness.client, run);
      return run;
    },
  },
  {
    name: 'cancelled',
    shows: ['cancelled', 'cancel requested', 'drain done', 'commitWave done', 'closeRun done'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 2, tasks: 20, agents: 2, seed: 7, speed: 1.5 });
      const { run } = await underWay(harness, name);
      await run.cancel();
      await run.result().catch(() => undefined);
      return run;
    },
  },
  {
    name: 'turned-dry',
    shows: ['completed', 'signal setDryRun', 'drain done', 'commitWave done'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 2, tasks: 20, agents: 2, seed: 7, speed: 1.5 });
      const { run } = await underWay(harness, name);
      await run.signal(setDryRunSignal, true);
      await run.result();
      return run;
    },
  },
  {
    name: 'answered',
    shows: ['completed', 'update approve', 'update reject', 'signal relayAnswer', 'signal waveReport'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 1, tasks: 24, agents: 2, seed: 7, speed: 6 });
      await harness.serve(name);
      const run = await harness.start({ dataset: name, ...LIVE, gate: { mediumNeedsApproval: true } }, name);
      const wave = waveHandle(harness.client, run, 1);
      const { requests } = await untilWave('both requests', wave, (progress) => progress.requests.length === 2);
      await untilRun('both requests', run, (progress) => progress.requests.length === 2);
      const [medium, high] = requests;
      await wave.executeUpdate(rejectUpdate, { args: [{ ...approvalOf(medium!), reason: 'not today' }] });
      await run.executeUpdate(approveUpdate, { args: [approvalOf(high!)] });
      await run.result();
      return run;
    },
  },
  {
    name: 'stood-still',
    shows: ['completed', 'timer fired', 'signal resume'],
    drive: async (harness, name) => {
      await harness.dataset(name, { waves: 2, tasks: 12, agents: 2, seed: 7, speed: 6 });
      await harness.serve(name);
      const run = await harness.start(
        {
          dataset: name,
          dryRun: false,
          waveGate: { minHealth: 100, onUnhealthy: 'pause' },
          gate: { approvalTimeout: '1s', mediumNeedsApproval: true },
        },
        name,
      );
      for (const finished of [1, 2]) {
        await untilRun(`the pause after wave ${finished}`, run, (progress) => {
          return progress.status === 'paused' && progress.finished.length === finished;
        });
        await run.signal(resumeSignal);
      }
      await run.result();
      return run;
    },
  },
];
