import * as z from 'zod';
import type { Json, RiskLevel } from '../domain/model/task.ts';
import { timestampSchema } from './timestamp.ts';

/** Fields that several input records share. Absent and null mean the same: upstream writes both. */

export const probability = z
  .number('a number from 0 to 1')
  .min(0, 'a number from 0 to 1')
  .max(1, 'a number from 0 to 1');
export const optionalProbability = probability.nullish().transform((value) => value ?? null);
export const optionalNumber = z
  .number('a number')
  .nullish()
  .transform((value) => value ?? null);
export const optionalDelta = z
  .number('a number from -1 to 1')
  .min(-1, 'a number from -1 to 1')
  .max(1, 'a number from -1 to 1')
  .nullish()
  .transform((value) => value ?? null);
export const optionalTimestamp = timestampSchema.nullish().transform((value) => value ?? null);
export const optionalText = z
  .string('text')
  .nullish()
  .transform((value) => value ?? null);
export const name = z.string('text').min(1, 'text that is not empty');
export const waveNumber = z.int('a whole number from 1').min(1, 'a whole number from 1');
export const optionalWave = waveNumber.nullish().transform((value) => value ?? null);
export const optionalCount = z
  .int('a whole number from 0')
  .min(0, 'a whole number from 0')
  .nullish()
  .transform((value) => value ?? null);
export const priority = z
  .int('a whole number from 1')
  .min(1, 'a whole number from 1')
  .nullish()
  .transform((value) => value ?? null)
  .meta({ description: '1 is most urgent.' });

/** Any JSON; what was parsed from JSON text needs no further check. Absent is null. */
export const anyJson = z
  .custom<Json | undefined>()
  .optional()
  .transform((value): Json => value ?? null)
  .meta({ description: 'Any JSON.' });

/** LOW, MEDIUM and HIGH in any case; anything else is UNKNOWN. */
export function readRisk(value: unknown): RiskLevel {
  const text = typeof value === 'string' ? value.trim().toUpperCase() : '';
  return text === 'LOW' || text === 'MEDIUM' || text === 'HIGH' ? text : 'UNKNOWN';
}
