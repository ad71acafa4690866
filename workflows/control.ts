/** What people may do to a run and to a wave alike: the handlers, before anything is decided. */
import {
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import type { SignalDefinition } from '@temporalio/workflow';
import { shownPayload } from '../domain/control/notes.ts';
import { readRetryAsk, type RetryAsk } from '../domain/control/retry-ask.ts';
import type { LevelChange } from '../domain/control/shared-level.ts';
import type { AnswerVerdict } from '../domain/gate/signed-answer.ts';
import { validateAnswer } from '../domain/gate/validate-answer.ts';
import type { ApprovalAnswer, Explanation } from '../domain/model/run.ts';
import {
  approveUpdate,
  explainQuery,
  explainUpdate,
  pauseSignal,
  rejectUpdate,
  resumeSignal,
  retryFailedUpdate,
  setDryRunSignal,
  skipWaveUpdate,
} from './messages.ts';

export interface Controlled {
  /** A person's word on pausing, dry run or cancelling. */
  say(change: LevelChange): void;
  /** Something that people should know, for the board. */
  note(text: string): void;
  /** Throws a `refusal` for an answer that does not count. */
  answer(verdict: AnswerVerdict, answer: ApprovalAnswer): string | Promise<string>;
  /** Why a wave cannot be skipped, in words; null: it can. Changes nothing. */
  skipFault(wave: number | null): string | null;
  skipWave(wave: number | null): string;
  retryFault(ask: RetryAsk): string | null;
  retry(ask: RetryAsk): string;
  explain(about: string | null): Explanation;
  /** Like `explain`, for tasks too. */
  lookUp(about: string | null): Promise<Explanation>;
}

/** Registers the handlers that people use, and hears of a cancellation. To be called before anything is awaited. */
export function listenToPeople(controlled: Controlled): void {
  setHandler(pauseSignal, () => controlled.say({ paused: true }), {
    description: 'Nothing new starts; running tasks finish; then it is paused',
  });
  setHandler(resumeSignal, () => controlled.say({ paused: false }), { description: 'Go on after a pause' });
  setHandler(
    setDryRunSignal,
    (value) => {
      if (wantsDryRun(value)) controlled.say({ dryRun: true });
      else controlled.note(`setDryRun ignored: expected true or {"dryRun": true}, got ${shownPayload(value)}`);
    },
    { description: 'Simulate all that is not yet dispatched; one-way. Payload: true or {"dryRun": true}' },
  );
  setDefaultSignalHandler((name) =>
    controlled.note(`signal ${shownPayload(name)} ignored: there is none of that name`),
  );
  listenToAnswers(controlled);
  setHandler(skipWaveUpdate, (payload) => controlled.skipWave(readWave(payload)), {
    description: 'End the open wave now; its other tasks return in the next run. Payload: nothing or {"wave": 2}',
    validator: (payload) => refuseIf(controlled.skipFault(readWave(payload))),
  });
  setHandler(retryFailedUpdate, (payload) => controlled.retry(readRetry(payload)), {
    description: 'Run failed tasks again in the next wave. Payload: nothing for all, or {"tasks": ["…"]}',
    validator: (payload) => refuseIf(controlled.retryFault(readRetry(payload))),
  });
  setHandler(explainQuery, (payload?) => controlled.explain(readSubject(payload)), {
    description: 'Why it waits, or why an agent does. Payload: nothing or {"agent": "…"}',
  });
  setHandler(explainUpdate, (payload) => controlled.lookUp(readSubject(payload)), {
    description: 'Why a task or an agent waits. Payload: {"task": "…"} or {"agent": "…"}',
    validator: (payload) => void readSubject(payload),
  });
  CancellationScope.current().cancelRequested.catch(() => controlled.say({ cancelled: true }));
}

function listenToAnswers(controlled: Controlled): void {
  const validator = (answer: unknown) => {
    const checked = validateAnswer(answer);
    if (!checked.ok) throw refusal(checked.message);
  };
  setHandler(approveUpdate, (answer) => controlled.answer('approved', answer), {
    description: 'Approve a request. Payload: {"request","digest","approver","reason"?,"override"?,"signature"?}',
    validator,
  });
  setHandler(rejectUpdate, (answer) => controlled.answer('rejected', answer), {
    description: 'Reject a request. Payload: {"request","digest","approver","reason"?,"signature"?}',
    validator,
  });
}

/**
 * Signals another workflow, also from one that people have cancelled. One that is gone needs no signal: what it is told
 * reaches its successor with its arguments.
 */
export function tell<Args extends unknown[]>(workflowId: string, signal: SignalDefinition<Args>, ...args: Args): void {
  CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).signal(signal, ...args)).catch(
    () => undefined,
  );
}

/** Refuses a message or a state, in words for people; never retried. */
export function refusal(message: string): ApplicationFailure {
  const failure = ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
  // The web page shows the stack of a refused Update: to people it says nothing.
  failure.stack = '';
  return failure;
}

function refuseIf(fault: string | null): void {
  if (fault !== null) throw refusal(fault);
}

/** The payload of `setDryRun`: `true`, or `{"dryRun": true}`. Anything else, also none at all, asks for nothing. */
function wantsDryRun(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === true;
  return 'dryRun' in value && value.dryRun === true;
}

/** The payload of `skipWave`: nothing, or `{"wave": 2}`. */
function readWave(payload: unknown): number | null {
  if (payload === undefined || payload === null) return null;
  const { wave, ...others } = payload as { wave?: unknown };
  if (typeof payload === 'object' && Object.keys(others).length === 0) {
    if (wave === undefined) return null;
    if (typeof wave === 'number' && Number.isSafeInteger(wave) && wave > 0) return wave;
  }
  throw refusal(`expected nothing, for the open wave, or {"wave": 2}, got ${shownPayload(payload)}`);
}

function readRetry(payload: unknown): RetryAsk {
  const checked = readRetryAsk(payload);
  if (!checked.ok) throw refusal(checked.message);
  return checked.ask;
}

/** The payload of `explain`: nothing, a name, `{"agent": "…"}` or `{"task": "…"}`. */
function readSubject(payload: unknown): string | null {
  if (payload === undefined || payload === null) return null;
  if (typeof payload === 'string' && payload !== '') return payload;
  const [[field, name] = [], ...others] = typeof payload === 'object' ? Object.entries(payload) : [];
  const named = (field === 'agent' || field === 'task') && typeof name === 'string' && name !== '';
  if (named && others.length === 0) return name;
  throw refusal(`expected nothing, {"agent": "…"} or {"task": "…"}, got ${shownPayload(payload)}`);
}
