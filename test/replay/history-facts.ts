/** What a recorded history says: what its workflow asked for, and what befell it. */
import type proto from '@temporalio/proto';
import type { Recorded } from './history-file.ts';

type HistoryEvent = proto.temporal.api.history.v1.IHistoryEvent;
type Payloads = proto.temporal.api.common.v1.IPayloads;
type Execution = proto.temporal.api.common.v1.IWorkflowExecution;

/** Everything that the workflow asked for, in order, in the words of the recording interceptor. */
export function askedFor(history: Recorded): string[] {
  return (history.events ?? []).flatMap(commandOf);
}

function commandOf(event: HistoryEvent): string[] {
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity)
    return [`activity ${activity.activityType?.name} on ${activity.taskQueue?.name} ${textOf(activity.input)}`];
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  if (child) return [`child ${child.workflowType?.name} ${textOf(child.input)}`];
  const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
  if (signal) return [`signal ${signal.signalName} ${textOf(signal.input)}`];
  const timer = event.timerStartedEventAttributes;
  if (timer) {
    const { seconds, nanos } = timer.startToFireTimeout ?? {};
    return [`timer ${timer.timerId} [${Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6}]`];
  }
  const next = event.workflowExecutionContinuedAsNewEventAttributes;
  if (next) return [`continue as new ${textOf(next.input)}`];
  const completed = event.workflowExecutionCompletedEventAttributes;
  return completed ? [`result ${textOf(completed.result)}`] : [];
}

function textOf(input: Payloads | null | undefined): string {
  return `[${(input?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join(',')}]`;
}

/** What befell the execution: messages, losses, time-outs, how it ended. Each once, sorted. */
export function befell(history: Recorded): string[] {
  const activities = new Map<string, string>();
  const facts = new Set<string>();
  for (const event of history.events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) activities.set(String(event.eventId), scheduled.activityType?.name ?? '');
    for (const fact of factsOf(event, activities)) facts.add(fact);
  }
  return [...facts].sort();
}

function factsOf(event: HistoryEvent, activities: ReadonlyMap<string, string>): string[] {
  const done = event.activityTaskCompletedEventAttributes;
  if (done) return [`${activities.get(String(done.scheduledEventId))} done`];
  const lost = event.activityTaskTimedOutEventAttributes ?? event.activityTaskFailedEventAttributes;
  if (lost) return [`${activities.get(String(lost.scheduledEventId))} lost`];
  const signal = event.workflowExecutionSignaledEventAttributes;
  if (signal) return [`signal ${signal.signalName}`];
  const update = event.workflowExecutionUpdateAcceptedEventAttributes;
  if (update) return [`update ${update.acceptedRequest?.input?.name}`];
  if (event.workflowExecutionCancelRequestedEventAttributes) return ['cancel requested'];
  if (event.timerFiredEventAttributes) return ['timer fired'];
  const next = event.workflowExecutionContinuedAsNewEventAttributes;
  if (next) return [`${next.workflowType?.name === 'wave' ? 'wave' : 'run'} continued as new`];
  if (event.workflowExecutionCanceledEventAttributes) return ['cancelled'];
  return event.workflowExecutionCompletedEventAttributes ? ['completed'] : [];
}

/** The id of the workflow, as its first event tells it. */
export function workflowIdOf(history: Recorded): string {
  return history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
}

/** The execution that goes on where this one continued as new; null where it just ended. */
export function successorOf(history: Recorded): string | null {
  const last = history.events?.at(-1);
  return last?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? null;
}

/** The children that were started. */
export function childrenOf(history: Recorded): Execution[] {
  return (history.events ?? []).flatMap(
    (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution ?? [],
  );
}
