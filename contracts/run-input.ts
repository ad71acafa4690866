import * as z from 'zod';
import type { RunConfig } from '../domain/model/run.ts';
import { STRATEGY_NAMES } from '../domain/model/records.ts';
import type { Targets } from '../domain/model/targets.ts';
import { METRIC_NAMES } from '../domain/model/targets.ts';
import type { Problem } from './bad-input.ts';
import { durationSchema, parseDuration } from './duration.ts';
import { shown, zodProblems } from './zod-problems.ts';

/** Names of data sets: one folder below the data root. */
export const DATASET_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

const count = (expected: string) => z.int(expected).min(1, expected);
const flag = z.boolean('true or false');
const oneOf = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.enum(names, `one of ${names.map((name) => `"${name}"`).join(', ')}`);

/** Overrides of targets, per metric. */
export const targetsSchema = z
  .partialRecord(z.enum(METRIC_NAMES), z.number('a number above 0').gt(0, 'a number above 0'), {
    error: 'an object of metric names and numbers above 0',
  })
  .meta({ description: `Targets to override, per metric: ${METRIC_NAMES.join(', ')}.` });

const WAVES = 'a number of waves from 1, or a list of distinct wave numbers from 1';

/** The input of a run as people write it; every key may be absent. */
export const runInputSchema = z.strictObject(
  {
    dataset: z
      .string('the name of a folder below the data root')
      .regex(DATASET_NAME, `a folder name that matches ${DATASET_NAME.source}`)
      .default('demo')
      .meta({ description: 'Folder below the data root; "demo" is generated when absent.' }),
    waves: z
      .union(
        [
          count(WAVES),
          z
            .array(count(WAVES))
            .min(1, WAVES)
            .refine((list) => new Set(list).size === list.length, WAVES),
        ],
        WAVES,
      )
      .optional()
      .meta({ description: `All waves of the data set when absent; else ${WAVES}.` }),
    tasksPerWave: count('a whole number from 1')
      .default(20)
      .meta({ description: 'Wave size where the schedule names no wave.' }),
    dryRun: flag.default(true).meta({ description: 'true forecasts only; false acts.' }),
    strategy: oneOf(['auto', ...STRATEGY_NAMES])
      .default('auto')
      .meta({ description: 'Chosen wave by wave, or one strategy pinned.' }),
    targets: targetsSchema.default({}),
    gate: z
      .strictObject(
        {
          mediumNeedsApproval: flag.default(false).meta({ description: 'A person must approve MEDIUM risk as well.' }),
          approvalTimeout: durationSchema.default('24h').meta({ description: 'Wait for people; then deferred.' }),
        },
        'an object',
      )
      .prefault({}),
    waveGate: z
      .strictObject(
        {
          minHealth: z
            .number('a number from 0 to 100')
            .min(0, 'a number from 0 to 100')
            .max(100, 'a number from 0 to 100')
            .default(60)
            .meta({ description: 'A wave with a lower health score is unhealthy.' }),
          onUnhealthy: oneOf(['pause', 'continue', 'abort']).default('pause'),
        },
        'an object',
      )
      .prefault({}),
    limits: z
      .strictObject(
        {
          taskTimeout: durationSchema.default('10m').meta({ description: 'Time limit of one attempt.' }),
          maxAttempts: count('a whole number from 1')
            .default(6)
            .meta({ description: 'Attempts per task, on all agents together.' }),
        },
        'an object',
      )
      .prefault({}),
    tuning: oneOf(['on', 'frozen']).default('on').meta({ description: '"frozen": no tuning and no calibration.' }),
    seed: z.int('a whole number').default(22).meta({ description: 'For the simulator and for tie-breaks.' }),
    rerun: flag.default(false).meta({ description: 'Run completed tasks again.' }),
  },
  'an object, such as {} or {"dataset": "demo", "dryRun": false}',
);

const NOT_YET = 'nothing: it is not supported yet; remove the key';
const UNSUPPORTED = {
  'gate.approvers': NOT_YET,
  'gate.notifyUrl': NOT_YET,
  'limits.maxFailures': NOT_YET,
  'limits.maxCost': NOT_YET,
};

export type RunInputResult = { ok: true; config: RunConfig } | { ok: false; problems: Problem[] };

/** Leaves out keys whose value is absent, so that `exactOptionalPropertyTypes` holds for what is read. */
export function definedTargets(targets: Partial<Record<keyof Targets, number | undefined>>): Partial<Targets> {
  const defined: Partial<Targets> = {};
  for (const name of METRIC_NAMES) {
    const value = targets[name];
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`Unchecked duration ${shown(text)}`);
  return ms;
}

/**
 * Checks a run input and fills in the defaults. Absent input (`undefined`, `null`) counts as `{}`. Durations come back
 * in milliseconds, a list of waves in ascending order.
 */
export function parseRunInput(value: unknown): RunInputResult {
  const input = value ?? {};
  const parsed = runInputSchema.safeParse(input);
  if (!parsed.success) return { ok: false, problems: zodProblems(parsed.error, input, runInputSchema, UNSUPPORTED) };
  const { waves, targets, gate, limits, ...rest } = parsed.data;
  return {
    ok: true,
    config: {
      ...rest,
      waves: Array.isArray(waves) ? waves.toSorted((a, b) => a - b) : null,
      waveCount: typeof waves === 'number' ? waves : null,
      targets: definedTargets(targets),
      gate: {
        mediumNeedsApproval: gate.mediumNeedsApproval,
        approvalTimeoutMs: milliseconds(gate.approvalTimeout),
      },
      limits: { taskTimeoutMs: milliseconds(limits.taskTimeout), maxAttempts: limits.maxAttempts },
    },
  };
}
