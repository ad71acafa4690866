/** What every activity gets beside its own work: a heartbeat by timer, and failures that say whether a retry can help. */
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Errors that no retry mends, by name; they keep their name as the failure's type. */
const PERMANENT = new Set([
  'BadInputError',
  'LeaseHeld',
  'StaleEpoch',
  'ExecutionOver',
  'LedgerBroken',
  'CommittedFileDamaged',
  'SegmentDamaged',
  'PathRefused',
]);

/** Permanent errors end the activity at once; everything else is retried as its caller says. */
export function permanentErrors(): ReturnType<ActivityInterceptorsFactory> {
  return {
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          if (!(error instanceof Error) || !PERMANENT.has(error.name)) throw error;
          throw ApplicationFailure.create({
            message: error.message,
            type: error.name,
            nonRetryable: true,
            cause: error,
          });
        }
      },
    },
  };
}

/** More heartbeats than this are held back. Temporal's default, four fifths of the time-out, leaves a busy machine no room. */
export const HEARTBEAT_THROTTLE_MS = 500;
const HEARTBEAT_EVERY_MS = 2_000;

/** A sign of life by timer, so that a lost process is noticed long before its activity's time is up. */
export function heartbeats(context: Context): ReturnType<ActivityInterceptorsFactory> {
  return {
    inbound: {
      execute: async (input, next) => {
        const timer = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
        try {
          return await next(input);
        } finally {
          clearInterval(timer);
        }
      },
    },
  };
}
