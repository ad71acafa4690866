import { ApplicationFailure } from '@temporalio/workflow';

/** Refuses a message or a state, in words for people; never retried. */
export function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
}

/** The payload of `setDryRun`: nothing, `true`, or `{"dryRun": true}`. Anything else asks for nothing. */
export function wantsDryRun(value: unknown): boolean {
  if (value === undefined || value === null || value === true) return true;
  return typeof value === 'object' && 'dryRun' in value && value.dryRun === true;
}
