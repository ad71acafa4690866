/**
 * How soon a pause takes effect. A live wave is paused at drawn moments; when the run began to say `paused` is read from
 * its history, and when tasks ran from their records, so that nobody has to ask while it is measured.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '../../domain/model/random.ts';
import { runProgress, untilWave, waveHandle } from '../../test/workflows/follow-run.ts';
import type { Harness } from '../../test/workflows/harness.ts';
import { committedOutcomes } from '../../test/workflows/records.ts';
import type { WaveReport } from '../../domain/control/wave-report.ts';
import { levelSignal, pauseSignal, resumeSignal, waveReportSignal } from '../../workflows/messages.ts';
import type { PauseSample, Steps } from './figures.ts';
import { type HistoryEvent, HistoryFollower, historyOf, signalPayload, timeOf } from './history.ts';

/** Between the first task in flight and the next pause, drawn evenly; and how long a pause lasts. Milliseconds. */
const RUNNING_MS = [300, 1_200] as const;
const STANDING_MS = 100;
const PATIENT_MS = 120_000;

export interface PauseInput {
  dataset: string;
  /** Of one run: its wave must not end before. */
  pauses: number;
  seed: number;
  progress: (words: string) => void;
}

/** Epoch milliseconds. */
interface Moment {
  returnedAt: number;
  /** When the wave's word that nothing is in flight reached the run, and when the run had taken it in. */
  heardAt: number;
  pausedAt: number;
}

/** Starts a live run of the dataset, pauses it so many times, and cancels it. */
export async function measurePauses(harness: Harness, input: PauseInput): Promise<PauseSample[]> {
  const { dataset, pauses, seed, progress } = input;
  const run = await harness.start({ dataset, dryRun: false, tuning: 'frozen', waveGate: { onUnhealthy: 'continue' } });
  const wave = waveHandle(harness.client, run, 1);
  const random = seededRandom('pauses', seed, run.workflowId);
  const follower = new HistoryFollower(harness.client, run.workflowId);
  const moments: Moment[] = [];
  for (let pause = 1; pause <= pauses; pause++) {
    // A pause in the middle of planning would find nothing to drain.
    await untilWave('tasks in flight', wave, ({ in_flight }) => in_flight > 0, PATIENT_MS);
    await wait(RUNNING_MS[0] + (RUNNING_MS[1] - RUNNING_MS[0]) * random());
    await run.signal(pauseSignal);
    const returnedAt = Date.now();
    await follower.until('it was asked to pause', (event) => signalPayload(event, pauseSignal.name) !== null);
    const heard = await follower.until('its wave stood still', isStanding);
    const taken = await follower.until('it said so', (event) => Boolean(event.workflowTaskCompletedEventAttributes));
    const { status } = await runProgress(run);
    if (status !== 'paused') throw new Error(`the run was to be paused, but says ${status}`);
    moments.push({ returnedAt, heardAt: timeOf(heard), pausedAt: timeOf(taken) });
    progress(`pause ${pause} of ${pauses}: ${Math.ceil(timeOf(taken) - returnedAt)} ms`);
    await wait(STANDING_MS);
    await run.signal(resumeSignal);
  }
  const events = await historyOf(harness.client, wave.workflowId);
  await run.cancel();
  await run.result().catch(() => undefined);
  const outcomes = await committedOutcomes(join(harness.dataRoot, dataset), run.workflowId);
  const attempts = outcomes.map(({ started_at, finished_at }) => ({
    from: Date.parse(started_at),
    to: Date.parse(finished_at),
  }));
  return moments.map((moment) => sampleOf(moment, attempts, events));
}

function isStanding(event: HistoryEvent): boolean {
  const signal = signalPayload(event, waveReportSignal.name);
  return (signal?.payload as WaveReport | undefined)?.standing === true;
}

function sampleOf(moment: Moment, attempts: { from: number; to: number }[], events: HistoryEvent[]): PauseSample {
  const { returnedAt, pausedAt } = moment;
  const ended = attempts.filter(({ from, to }) => from <= pausedAt && to > returnedAt);
  const inFlight = ended.filter(({ from }) => from <= returnedAt);
  const lastEnd = (of: typeof ended) => Math.max(returnedAt, ...of.map(({ to }) => to));
  return {
    overheadMs: pausedAt - lastEnd(ended),
    overInFlightMs: pausedAt - lastEnd(inFlight),
    inFlight: inFlight.length,
    startedAfter: ended.length - inFlight.length,
    steps: stepsOf(moment, lastEnd(ended), events),
  };
}

/** The steps after the last end of a task are the overhead; those before show how soon the agents know. */
function stepsOf({ returnedAt, heardAt, pausedAt }: Moment, lastEndAt: number, events: HistoryEvent[]): Steps {
  const within = events.filter((event) => timeOf(event) > returnedAt - 1_000 && timeOf(event) <= pausedAt);
  const told = within.findLast((event) => signalPayload(event, levelSignal.name) !== null);
  const toldAt = told ? timeOf(told) : NaN;
  const scheduled = within.filter((event) => event.activityTaskScheduledEventAttributes && timeOf(event) > toldAt);
  const drains = new Set(
    scheduled
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'drain')
      .map(({ eventId }) => String(eventId)),
  );
  const completed = within.filter((event) => event.activityTaskCompletedEventAttributes && timeOf(event) > toldAt);
  const isDrain = (event: HistoryEvent) =>
    drains.has(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
  const last = (of: HistoryEvent[]) => (of.length === 0 ? NaN : Math.max(...of.map(timeOf)));
  const drainedAt = last(completed.filter(isDrain));
  const reportedAt = last(completed.filter((event) => !isDrain(event)));
  const saidAt = last(within.filter((event) => event.signalExternalWorkflowExecutionInitiatedEventAttributes));
  return {
    'before: signal returned → the wave knows': toldAt - returnedAt,
    'before: → every agent has answered its drain': drainedAt - toldAt,
    'last end of a task → its chunk is reported': reportedAt - lastEndAt,
    '→ the wave says that nothing is in flight': saidAt - reportedAt,
    '→ that has reached the run': heardAt - saidAt,
    '→ the run says paused': pausedAt - heardAt,
  };
}
