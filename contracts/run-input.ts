import * as z from 'zod';
import { APPROVER_PATTERN, parseApprover } from '../domain/gate/approver.ts';
import type { RunConfig } from '../domain/model/run.ts';
import { STRATEGY_NAMES } from '../domain/model/records.ts';
import type { Targets } from '../domain/model/targets.ts';
import { METRIC_NAMES } from '../domain/model/targets.ts';
import { urlFormFault } from './allowed-hosts.ts';
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

const APPROVER =
  'an Ed25519 public key as `npx wavewright keys` prints it: "ed25519:", its 32 bytes in base64, and a space and a name if it has one';
const APPROVERS = 'a list of 1 to 20 public keys; without the key, answers need no signature';

/** One key under two names would leave open who signed. */
const approversSchema = z
  .array(
    z
      .string(APPROVER)
      .regex(APPROVER_PATTERN, { error: APPROVER, abort: true })
      .refine((text) => parseApprover(text) !== null, APPROVER),
    APPROVERS,
  )
  .refine((list) => list.length >= 1 && list.length <= 20, APPROVERS)
  .superRefine((list, context) => {
    const keys = list.map((text) => text.split(' ')[0]);
    for (const [index, key] of keys.entries()) {
      if (keys.indexOf(key) === index) continue;
      const message = `another key: this is the one of gate.approvers[${keys.indexOf(key)}]`;
      context.addIssue({ code: 'custom', path: [index], message });
    }
  })
  .meta({
    description: 'Public keys of who may approve, as "ed25519:<base64> <name>"; unsigned answers are refused then.',
    minItems: 1,
    maxItems: 20,
  });
const notifyUrl = z
  .string('an http or https URL')
  .check((context) => {
    const message = urlFormFault(context.value);
    if (message !== null) context.issues.push({ code: 'custom', input: context.value, message });
  })
  .optional()
  .meta({ description: 'Told by POST when an approval waits; its host is on allowedHosts of phase22/agents.json.' });

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
          approvers: approversSchema.optional(),
          notifyUrl,
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
          maxFailures: count('a whole number from 1')
            .optional()
            .meta({ description: 'The run pauses when so many tasks have failed for good.' }),
          maxCost: z
            .number('a number above 0')
            .gt(0, 'a number above 0')
            .optional()
            .meta({ description: 'The run pauses when its attempts have cost so much, as agents report it.' }),
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
  if (!parsed.success) return { ok: false, problems: zodProblems(parsed.error, input, runInputSchema) };
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
        approvers: gate.approvers ?? [],
        notifyUrl: gate.notifyUrl ?? null,
      },
      limits: {
        taskTimeoutMs: milliseconds(limits.taskTimeout),
        maxAttempts: limits.maxAttempts,
        maxFailures: limits.maxFailures ?? null,
        maxCost: limits.maxCost ?? null,
      },
    },
  };
}
