/** What people may do to a run and to a wave alike. */
import type { SignalDefinition } from '@temporalio/workflow';
import {
  ApplicationFailure,
  CancellationScope,
  defineQuery,
  defineUpdate,
  getExternalWorkflowHandle,
  setHandler,
} from '@temporalio/workflow';
import type { ControlLevel } from '../domain/dispatch/state.ts';
import { validateAnswer } from '../domain/gate/validate-answer.ts';
import type { ApprovalAnswer, ApprovalRequest } from '../domain/model/run.ts';
import { approveUpdate, pauseSignal, rejectUpdate, resumeSignal, setDryRunSignal } from './messages.ts';

export type LevelChange = Partial<Omit<ControlLevel, 'epoch'>>;
export type Verdict = 'approved' | 'rejected';

export interface Controlled {
  setLevel(change: LevelChange): void;
  openRequests(): ApprovalRequest[];
  answer(verdict: Verdict, answer: ApprovalAnswer): string | Promise<string>;
}

/** Registers the handlers that people use, and hears of a cancellation. To be called before anything is awaited. */
export function listenToPeople(controlled: Controlled): void {
  setHandler(pauseSignal, () => controlled.setLevel({ paused: true }), {
    description: 'Nothing new starts; running tasks finish; then it is paused',
  });
  setHandler(resumeSignal, () => controlled.setLevel({ paused: false }), { description: 'Go on after a pause' });
  setHandler(setDryRunSignal, (value) => controlled.setLevel({ dryRun: wantsDryRun(value) }), {
    description: 'Simulate all that is not yet dispatched; one-way. Payload: true or {"dryRun": true}',
  });
  const validator = (answer: unknown) => {
    const checked = validateAnswer(answer, controlled.openRequests());
    if (!checked.ok) throw refusal(checked.message);
  };
  setHandler(approveUpdate, (answer) => controlled.answer('approved', answer), {
    description: 'Approve a request. Payload: {"request","digest","approver","reason"?,"override"?}',
    validator,
  });
  setHandler(rejectUpdate, (answer) => controlled.answer('rejected', answer), {
    description: 'Reject a request. Payload: {"request","digest","approver","reason"?}',
    validator,
  });
  refuseWhatIsNotBuilt();
  CancellationScope.current().cancelRequested.catch(() => controlled.setLevel({ cancelled: true }));
}

/** Asks for what is not built yet are refused by name, never ignored. */
function refuseWhatIsNotBuilt(): void {
  const description = 'Not supported yet';
  const refuse = (name: string) => (): never => {
    throw refusal(`${name} is not supported yet`);
  };
  for (const name of ['skipWave', 'retryFailed']) {
    setHandler(defineUpdate(name), refuse(name), { description, validator: refuse(name) });
  }
  setHandler(defineQuery('explain'), refuse('explain'), { description });
}

/** The level after a change. A dry run stays one, and a cancelled run stays cancelled. */
export function changedLevel(level: ControlLevel, change: LevelChange): ControlLevel {
  return {
    epoch: level.epoch + 1,
    paused: change.paused ?? level.paused,
    dryRun: level.dryRun || (change.dryRun ?? false),
    cancelled: level.cancelled || (change.cancelled ?? false),
  };
}

/**
 * Signals another workflow, also from one that people have cancelled. One that is gone needs no signal: what it is told
 * reaches its successor with its arguments.
 */
export function tell<Payload>(workflowId: string, signal: SignalDefinition<[Payload]>, payload: Payload): void {
  CancellationScope.nonCancellable(() => getExternalWorkflowHandle(workflowId).signal(signal, payload)).catch(
    () => undefined,
  );
}

/** Refuses a message or a state, in words for people; never retried. */
export function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
}

/** The payload of `setDryRun`: nothing, `true`, or `{"dryRun": true}`. Anything else asks for nothing. */
function wantsDryRun(value: unknown): boolean {
  if (value === undefined || value === null || value === true) return true;
  return typeof value === 'object' && 'dryRun' in value && value.dryRun === true;
}
