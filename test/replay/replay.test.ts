/**
 * Replays recorded histories with today's workflow code. Temporal compares the kinds of commands; this also compares
 * what they carry, so that a changed range or digest does not pass. `RECORD_HISTORIES=1` records them anew; a change of
 * the workflows that makes this necessary breaks runs that are under way.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Worker, type InjectedSinks } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import type proto from '@temporalio/proto';
import { pauseSignal, resumeSignal } from '../../workflows/messages.ts';
import { quietRuntime } from '../quiet-runtime.ts';
import { approveAll, untilWave, waveHandle } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { readHistory, writeHistory } from './history-file.ts';
import type { CommandSinks } from './recording-interceptor.ts';

type History = proto.temporal.api.history.v1.IHistory;
type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;
type Payloads = proto.temporal.api.common.v1.IPayloads;

const WORKFLOWS = fileURLToPath(new URL('../../workflows/bundle-entry.ts', import.meta.url));
const INTERCEPTOR = fileURLToPath(new URL('./recording-interceptor.ts', import.meta.url));

describe('recorded histories', function () {
  this.timeout(60_000);
  let bundle: { code: string };

  before(async () => {
    quietRuntime();
    if (process.env.RECORD_HISTORIES === '1') await record();
    bundle = await bundleWorkflowCode({
      workflowsPath: WORKFLOWS,
      workflowInterceptorModules: [INTERCEPTOR],
      logger: new DefaultLogger('ERROR'),
    });
  });

  /** Replays, and answers with what the workflow asked for. */
  const replay = async (history: History, workflowId: string): Promise<string[]> => {
    const asked: string[] = [];
    const sinks: InjectedSinks<CommandSinks> = {
      commands: {
        asked: {
          fn: (_info, command, args) => void asked.push(`${command} ${JSON.stringify(args)}`),
          callDuringReplay: true,
        },
      },
    };
    await Worker.runReplayHistory({ workflowBundle: bundle, sinks }, history, workflowId);
    return asked;
  };

  for (const [name, workflowId] of [
    ['run', 'recorded'],
    ['wave', 'recorded/wave-1'],
  ] as const) {
    it(`of a ${name} replay, and every command carries what it carried`, async () => {
      const history = readHistory(name);
      const asked = await replay(history, workflowId);
      const recorded = (history.events ?? []).flatMap(askedFor);
      assert.ok(recorded.length >= (name === 'run' ? 3 : 12), `only ${recorded.length} commands are recorded`);
      assert.deepEqual(asked, recorded);
    });
  }

  it('do not replay when the workflow would do something else', async () => {
    const history = readHistory('wave');
    const scheduled = (history.events ?? []).find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'tuneAgents',
    );
    assert.ok(scheduled?.activityTaskScheduledEventAttributes);
    scheduled.activityTaskScheduledEventAttributes.activityType = { name: 'commitWave' };
    await assert.rejects(replay(history, 'recorded/wave-1'), DeterminismViolationError);
  });
});

/** What an event says that the workflow asked for, in the interceptor's words. */
function askedFor(event: HistoryEvent): string[] {
  const args = (input: Payloads | null | undefined) => {
    const texts = (input?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString('utf8'));
    return `[${texts.join(',')}]`;
  };
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity)
    return [`activity ${activity.activityType?.name} on ${activity.taskQueue?.name} ${args(activity.input)}`];
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  if (child) return [`child ${child.workflowType?.name} ${args(child.input)}`];
  const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
  return signal ? [`signal ${signal.signalName} ${args(signal.input)}`] : [];
}

/** A live run of one wave with retries, an approval and a pause. */
async function record(): Promise<void> {
  const harness = await Harness.start();
  try {
    await harness.dataset('recorded', { waves: 1, tasks: 16, agents: 2, seed: 7, speed: 2 });
    await harness.serve('recorded');
    const input = { dataset: 'recorded', dryRun: false, waveGate: { onUnhealthy: 'continue' } };
    const run = await harness.start(input, 'recorded');
    const wave = waveHandle(harness.client, run, 1);
    await untilWave('the first completed tasks', wave, ({ completed }) => completed > 0);
    await run.signal(pauseSignal);
    await untilWave('the pause', wave, ({ phase }) => phase === 'paused');
    await run.signal(resumeSignal);
    await approveAll(harness.client, run);
    writeHistory('run', await run.fetchHistory());
    writeHistory('wave', await wave.fetchHistory());
  } finally {
    await harness.stop();
  }
}
