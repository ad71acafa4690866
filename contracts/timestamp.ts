import * as z from 'zod';

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s?(Z|z|[+-]\d{2}:?\d{2})?$/;
/** The last instant of the year 9999, in epoch seconds: larger numbers are milliseconds by mistake. */
const EPOCH_SECONDS_MAX = 253_402_300_799;

/**
 * Epoch milliseconds of a time as upstream writes it: ISO-8601 with offset, with `Z`, or without zone (taken as UTC),
 * or epoch seconds as a number. Null for anything else.
 */
export function parseTimestamp(value: unknown): number | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) && value >= 0 && value <= EPOCH_SECONDS_MAX ? Math.round(value * 1000) : null;
  }
  if (typeof value !== 'string') return null;
  const match = ISO.exec(value);
  if (match === null) return null;
  const [, date = '', time = '', zone = 'Z'] = match;
  // Date.parse rolls 30 February over into March; such a date is a fault of the record.
  const day = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const ms = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

/** Reads a timestamp as epoch milliseconds. */
export const timestampSchema = z
  .union([z.string(), z.number()], 'an ISO-8601 time or epoch seconds')
  .transform((value, context) => {
    const ms = parseTimestamp(value);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: 'an ISO-8601 time or epoch seconds' });
    return z.NEVER;
  })
  .meta({ description: 'ISO-8601 with offset, with Z or without zone (UTC), or epoch seconds.' });
