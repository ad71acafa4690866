import * as z from 'zod';
import type { ApprovalAnswer } from '../domain/model/run.ts';
import { idSchema } from './identifiers.ts';
import { parseTimestamp } from './timestamp.ts';

/** Payloads of the messages that a run and a wave take. The workflows check them by hand: zod stays out of them. */

const EXPIRES = 'a time in UTC, such as "2026-01-31T12:00:00Z"';

const signatureSchema = z.strictObject({
  nonce: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, "_" or "-"')
    .meta({ description: 'Good for one answer.' }),
  expires: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, { error: EXPIRES, abort: true })
    .refine((text) => parseTimestamp(text) !== null, EXPIRES)
    .meta({ description: 'Refused from then on: a time in UTC, ending in Z.' }),
  value: z
    .string()
    .regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, 'the 64 bytes of an Ed25519 signature in base64')
    .meta({ description: 'The Ed25519 signature, base64.' }),
});

/** For the Updates `approve` and `reject`. */
export const approvalAnswerSchema = z
  .strictObject({
    request: z.string().regex(/^w\d+-g\d+$/, 'the id of an open request, such as "w2-g1"'),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, '"sha256:" and 64 hexadecimal digits, as shown by the request'),
    approver: z.string().min(1, 'who decides'),
    reason: z.exactOptional(z.string().min(1)),
    override: z.exactOptional(
      z.boolean().meta({ description: 'true lets a confidence below the threshold pass; needs a reason.' }),
    ),
    signature: z.exactOptional(signatureSchema.meta({ description: 'Needed where the run has gate.approvers.' })),
  })
  .refine((answer) => answer.override !== true || answer.reason !== undefined, {
    path: ['reason'],
    error: 'a reason, because override is true',
  }) satisfies z.ZodType<ApprovalAnswer>;

/** For the Update `retryFailed`; without `tasks`, all that failed. */
export const retryFailedSchema = z.strictObject({ tasks: z.exactOptional(z.array(idSchema).min(1)) });

/** For the Signal `setDryRun`. */
export const setDryRunSchema = z.union([z.boolean(), z.strictObject({ dryRun: z.boolean() })]);
