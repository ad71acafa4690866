import * as z from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** One year: longer waits are mistakes. */
const DURATION_MS_MAX = 365 * 24 * 3_600_000;

/** Milliseconds of `500ms`, `30s`, `10m` or `24h`; null for anything else, for zero, and for more than a year. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,12})(ms|s|m|h)$/.exec(text);
  if (match === null) return null;
  const ms = Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0);
  return ms > 0 && ms <= DURATION_MS_MAX ? ms : null;
}

const EXPECTED = 'a duration above zero and up to a year, such as "500ms", "30s", "10m" or "24h"';

/** A duration as text; `parseDuration` of a value that passed is never null. */
export const durationSchema = z
  .string(EXPECTED)
  .regex(/^\d{1,12}(ms|s|m|h)$/, { error: EXPECTED, abort: true })
  .refine((text) => parseDuration(text) !== null, EXPECTED)
  .meta({ description: 'Duration: a whole number and ms, s, m or h.' });
