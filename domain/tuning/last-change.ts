/**
 * What came of the last change of an agent's parameters: harm, which takes it back; nothing, which settles it; or a result that only
 * seems worse, for which it waits.
 */
import type { AgentResult } from '../metrics/agent-results.ts';
import { figure } from '../metrics/figure.ts';
import { wilsonInterval } from '../metrics/wilson.ts';
import type { ParameterName, TunedParameters } from '../model/agent.ts';
import { PARAMETER_NAMES } from './bounds.ts';
import type { Step } from './own-steps.ts';

/** What the next wave has to know of an agent's last change. JSON. */
export interface TuningMemory {
  /** The last change that no result has judged yet; null: none. */
  change: Change | null;
  /** Steps that were taken back: not repeated before that wave. */
  refused: { parameter: ParameterName; direction: 1 | -1; until: number }[];
}

export interface Change {
  wave: number;
  before: Partial<TunedParameters>;
  after: Partial<TunedParameters>;
  /** The agent's success in the wave before the change, 0–1, and the middle of its interval: few attempts that went well by chance go worse after. */
  success: { rate: number; likely: number };
  /** The waves since, and the agent's attempts in them that completed or failed. */
  since: { waves: number; attempts: number; successes: number };
}

/** What is taken back of a change, and why. */
export interface Harm {
  of: Change;
  why: string;
}

export interface Judged {
  /** Null: no harm that is sure. */
  harm: Harm | null;
  /** The change, or what is not taken back of it, with what is known by now, where its result only seems worse or there is none; else null. */
  waits: Change | null;
}

/** A fall of success by more than this is a worse result; less is noise. */
const SUCCESS_FALL = 0.02;
/** Waves, the one that takes a step back included, in which the step is not repeated. */
const REFUSAL_WAVES = 3;
/** After so many waves a change is kept for want of proof: waiting keeps all of the agent's parameters where they are. */
const WAITING_WAVES = 3;
/** More in flight have to get more done: a slowdown by this share of their number leaves nothing of it. */
const NO_GAIN = 0.95;

/**
 * Judged by what does not depend on how much work the agent was given: success, of all attempts since the change, and the time that
 * attempts took beside what was predicted. Harm takes all of the change back where success, even at the upper end of its 95 %
 * interval, fell from what it was likely to be before, or from the target if that was above; only the tasks in flight where more of
 * them only waited for each other.
 */
export function judgeChange(last: Change, result: AgentResult | null, target: number): Judged {
  const change = withResult(last, result);
  const { waves, attempts, successes } = change.since;
  const waits = waves < WAITING_WAVES ? change : null;
  if (result === null || result.success_rate === null) return { harm: null, waits };
  const worse = Math.min(change.success.likely, target) - SUCCESS_FALL;
  const success = successes / attempts;
  if (wilsonInterval(successes, attempts)[1] < worse) {
    return {
      harm: { of: change, why: `success ${figure(change.success.rate)} fell to ${figure(success)}` },
      waits: null,
    };
  }
  const seemsWorse = success < worse;
  const queued = queueing(change, result);
  if (queued === null) return { harm: null, waits: seemsWorse ? waits : null };
  const rest = PARAMETER_NAMES.filter((name) => name in change.before && !(name in queued.of.before));
  return { harm: queued, waits: seemsWorse && waits && rest.length > 0 ? partOf(waits, rest) : null };
}

function withResult(change: Change, result: AgentResult | null): Change {
  const { waves, attempts, successes } = change.since;
  return {
    ...change,
    since: {
      waves: waves + 1,
      attempts: attempts + (result?.decided ?? 0),
      successes: successes + (result?.succeeded ?? 0),
    },
  };
}

function queueing(change: Change, { slowdown }: AgentResult): Harm | null {
  const [then, now] = [change.before.max_parallel_tasks, change.after.max_parallel_tasks];
  if (then === undefined || now === undefined || now <= then || slowdown === null) return null;
  if (slowdown < NO_GAIN * (now / then)) return null;
  return {
    of: partOf(change, ['max_parallel_tasks']),
    why: `${now} in flight instead of ${then} took ${figure(slowdown)} times as long each`,
  };
}

function partOf(change: Change, names: readonly ParameterName[]): Change {
  return { ...change, before: pick(change.before, names), after: pick(change.after, names) };
}

function pick(from: Partial<TunedParameters>, names: readonly ParameterName[]): Partial<TunedParameters> {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}

/** What is not repeated for a while. */
export function refusalsOf(taken: Change, wave: number): TuningMemory['refused'] {
  return PARAMETER_NAMES.flatMap((parameter) => {
    const before = taken.before[parameter];
    const after = taken.after[parameter];
    if (before === undefined || after === undefined) return [];
    return [{ parameter, direction: after > before ? (1 as const) : (-1 as const), until: wave + REFUSAL_WAVES }];
  });
}

export function isRefused(refused: TuningMemory['refused'], step: Step): boolean {
  return refused.some(({ parameter, direction }) => parameter === step.parameter && direction === Math.sign(step.by));
}

/** What the next result will judge; null: nothing changed, or there is no success to compare with. */
export function changeOf(
  wave: number,
  before: TunedParameters,
  after: TunedParameters,
  result: AgentResult | null,
): Change | null {
  const names = PARAMETER_NAMES.filter((name) => after[name] !== before[name]);
  if (names.length === 0 || !result || result.success_rate === null || result.interval === null) return null;
  const [low, high] = result.interval;
  return {
    wave,
    before: pick(before, names),
    after: pick(after, names),
    success: { rate: result.success_rate, likely: (low + high) / 2 },
    since: { waves: 0, attempts: 0, successes: 0 },
  };
}
