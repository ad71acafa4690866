/**
 * How soon an approval lets tasks start: waves in which every task waits for a person, on agents that have nothing else to
 * do. One request after the other is approved at its wave; when its first task started is read from the records.
 */
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { ApprovalRequest, WaveProgress } from '../../domain/model/run.ts';
import type { OutcomeRecord } from '../../domain/model/records.ts';
import { approvalOf, untilWave, waveHandle } from '../../test/workflows/follow-run.ts';
import type { Harness } from '../../test/workflows/harness.ts';
import { committedOutcomes } from '../../test/workflows/records.ts';
import { approveUpdate } from '../../workflows/messages.ts';
import type { GateSample, Steps } from './figures.ts';
import { type HistoryEvent, HistoryFollower, timeOf } from './history.ts';

const PATIENT_MS = 120_000;

export interface GateInput {
  dataset: string;
  waves: number;
  /** Requests of each wave. */
  requests: number;
  progress: (words: string) => void;
}

interface Approval {
  wave: number;
  request: ApprovalRequest;
  sentAt: number;
  returnedAt: number;
  /** What the wave's history has of it, from the moment it was sent until a first chunk came back. */
  events: HistoryEvent[];
}

/** Runs the dataset's waves live, approves every request of theirs, and waits for the end. */
export async function measureGates(harness: Harness, input: GateInput): Promise<GateSample[]> {
  const { dataset, waves, requests, progress } = input;
  const gate = { mediumNeedsApproval: true };
  const run = await harness.start({
    dataset,
    dryRun: false,
    tuning: 'frozen',
    gate,
    waveGate: { onUnhealthy: 'continue' },
  });
  const approvals: Approval[] = [];
  for (let number = 1; number <= waves; number++) {
    const wave = waveHandle(harness.client, run, number);
    const asked = await untilWave('every request', wave, (seen) => seen.requests.length === requests, PATIENT_MS);
    const follower = new HistoryFollower(harness.client, wave.workflowId);
    let done = 0;
    for (const request of asked.requests) {
      approvals.push(await approve(wave, number, request, follower));
      done += request.tasks;
      if (request !== asked.requests.at(-1)) {
        const isDone = (seen: WaveProgress) => seen.completed === done && seen.in_flight === 0;
        await untilWave('the released tasks', wave, isDone, PATIENT_MS);
      }
    }
    progress(`wave ${number} of ${waves}: ${approvals.length} approvals`);
  }
  const result = await run.result();
  if (result.status !== 'completed') throw new Error(`the run was to complete, but ended as ${result.status}`);
  const outcomes = await committedOutcomes(join(harness.dataRoot, dataset), run.workflowId);
  return approvals.map((approval) => sampleOf(approval, outcomes));
}

async function approve(
  wave: WorkflowHandle,
  number: number,
  request: ApprovalRequest,
  follower: HistoryFollower,
): Promise<Approval> {
  const sentAt = Date.now();
  await wave.executeUpdate(approveUpdate, { args: [approvalOf(request)] });
  const returnedAt = Date.now();
  const events: HistoryEvent[] = [];
  const chunks = new Set<string>();
  // Asking the wave would take its time: this is only listened to.
  await follower.until('a released chunk came back', (event) => {
    if (timeOf(event) < sentAt - 1) return false;
    events.push(event);
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (name === 'executeChunk') chunks.add(String(event.eventId));
    return chunks.has(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
  });
  return { wave: number, request, sentAt, returnedAt, events };
}

function sampleOf({ wave, request, sentAt, returnedAt, events }: Approval, outcomes: OutcomeRecord[]): GateSample {
  const released = outcomes.filter((row) => row.task_id.startsWith(`${request.risk_level}_${wave}_`));
  if (released.length !== request.tasks) {
    throw new Error(`${request.request} released ${request.tasks} task(s), but ${released.length} are recorded`);
  }
  const startedAt = Math.min(...released.map(({ started_at }) => Date.parse(started_at)));
  if (startedAt < sentAt) throw new Error(`a task of ${request.request} started before the approval was sent`);
  return {
    fromSendingMs: startedAt - sentAt,
    fromReturnMs: startedAt - returnedAt,
    fromDecisionMs: startedAt - activityTimes(events, 'safetyGate').completed,
    steps: stepsOf(events, sentAt, startedAt),
  };
}

function stepsOf(events: HistoryEvent[], sentAt: number, startedAt: number): Steps {
  const acceptedAt = firstTime(events, (event) => Boolean(event.workflowExecutionUpdateAcceptedEventAttributes));
  const plan = activityTimes(events, 'scheduleTasks');
  const gate = activityTimes(events, 'safetyGate');
  const chunk = activityTimes(events, 'executeChunk');
  return {
    'sent → the wave has accepted it': acceptedAt - sentAt,
    '→ scheduleTasks is scheduled': plan.scheduled - acceptedAt,
    '→ scheduleTasks has begun': plan.started - plan.scheduled,
    '→ scheduleTasks is done': plan.completed - plan.started,
    '→ safetyGate is scheduled': gate.scheduled - plan.completed,
    '→ safetyGate has begun': gate.started - gate.scheduled,
    '→ safetyGate is done': gate.completed - gate.started,
    '→ executeChunk is scheduled': chunk.scheduled - gate.completed,
    '→ the first task has started': startedAt - chunk.scheduled,
  };
}

/** Of the first activity of that name. When an activity began is written down only once it has ended. */
function activityTimes(
  events: HistoryEvent[],
  name: string,
): { scheduled: number; started: number; completed: number } {
  const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name);
  const id = String(scheduled?.eventId);
  return {
    scheduled: scheduled ? timeOf(scheduled) : NaN,
    started: firstTime(events, (event) => String(event.activityTaskStartedEventAttributes?.scheduledEventId) === id),
    completed: firstTime(
      events,
      (event) => String(event.activityTaskCompletedEventAttributes?.scheduledEventId) === id,
    ),
  };
}

function firstTime(events: HistoryEvent[], wanted: (event: HistoryEvent) => boolean): number {
  const event = events.find(wanted);
  return event ? timeOf(event) : NaN;
}
