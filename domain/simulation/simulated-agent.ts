/**
 * How a simulated agent really behaves, which is not what upstream declares of it.
 *
 *   duration = work ÷ (speed × (1 + drift)^(wave − 1) × pace) × exp(0.15 × N(0, 1))
 *   success  : u < reliability × task effect × pace effect, held within 0–1
 *   task effect = 1 + 0.3 × (ease − 0.93): harder tasks fail a little more often than easy ones
 *   pace effect = 1 − 0.15 × (pace − 1) above pace 1.0, else 1: haste makes mistakes, slowness does not help
 *
 * Work and ease are the task's own: `typical_ms` (> 0, milliseconds) and `typical_success` (0–1) of its payload, so that
 * upstream may change its mind about them without changing them. Where the payload has none, what is declared stands for
 * them.
 *
 * A failed attempt ends after 20–80 % of its duration. An attempt that begins in an outage fails after a tenth of its
 * duration; one that runs into an outage fails as it begins. Noise is seeded by agent, task, generation and attempt, so
 * the same question has the same answer on every machine and after every restart.
 */
import type { SimulatedAgent } from '../model/agent.ts';
import { invariant } from '../model/invariant.ts';
import { normal, seededRandom } from '../model/random.ts';
import type { Json } from '../model/task.ts';

const NOISE_SD = 0.15;
const TASK_EFFECT = 0.3;
/** The ease at which an attempt succeeds with the agent's plain reliability. */
const ORDINARY_EASE = 0.93;
const PACE_PENALTY = 0.15;
const FAILURE_SHARE_MIN = 0.2;
const FAILURE_SHARE_MAX = 0.8;
const OUTAGE_SHARE = 0.1;

export interface AttemptQuestion {
  task_id: string;
  /** Counted from 1 over all agents. */
  attempt: number;
  generation: number;
  /** Counted from 1: drift starts after the first. */
  wave: number;
  /** Declared success probability on this agent, 0–1. */
  declared: number;
  /** Declared time of one attempt at pace 1.0, > 0. */
  declared_ms: number;
  /** Of the task. */
  payload?: Json;
  /** Pace asked of the agent, > 0. */
  speed_multiplier: number;
  /** Since the agent's first task of the wave. */
  elapsed_ms: number;
}

export interface SimulatedAttempt {
  duration_ms: number;
  success: boolean;
  /** The agent's own report, 0–1: what was declared, give or take, whatever its true reliability. */
  confidence: number;
  error: string | null;
}

/** What happens in one attempt. Pure: the caller does the waiting. */
export function simulatedAttempt(agent: SimulatedAgent, q: AttemptQuestion): SimulatedAttempt {
  invariant(
    q.declared_ms > 0 && q.speed_multiplier > 0,
    `declared_ms is ${q.declared_ms}, speed_multiplier is ${q.speed_multiplier}, expected both > 0`,
  );
  const random = seededRandom('simulated', agent.seed, agent.agent_id, q.task_id, q.generation, q.attempt);
  const noise = Math.exp(NOISE_SD * normal(random));
  const { work_ms, ease } = workOf(q);
  const success = random() < successProbability(agent, ease, q.speed_multiplier);
  const failureShare = FAILURE_SHARE_MIN + (FAILURE_SHARE_MAX - FAILURE_SHARE_MIN) * random();
  const confidence = share(q.declared + 0.04 * (random() - 0.5));

  const speed = agent.speed * (1 + agent.drift) ** (q.wave - 1) * q.speed_multiplier;
  const whole = (work_ms / speed) * noise;
  const duration = success ? whole : whole * failureShare;

  const outage = agent.outages.find((span) => q.elapsed_ms < span.to_ms && q.elapsed_ms + duration > span.from_ms);
  if (outage !== undefined) {
    const lasted = outage.from_ms > q.elapsed_ms ? outage.from_ms - q.elapsed_ms : duration * OUTAGE_SHARE;
    return { duration_ms: lasted, success: false, confidence: 0, error: 'simulated outage' };
  }
  if (success) return { duration_ms: duration, success, confidence, error: null };
  return { duration_ms: duration, success, confidence: confidence / 2, error: 'simulated failure' };
}

/** The true probability that one attempt outside outages succeeds, 0–1. */
export function successProbability(agent: SimulatedAgent, ease: number, pace: number): number {
  const taskEffect = 1 + TASK_EFFECT * (ease - ORDINARY_EASE);
  const paceEffect = 1 - PACE_PENALTY * Math.max(0, pace - 1);
  return share(agent.reliability * taskEffect * paceEffect);
}

function workOf({ payload, declared, declared_ms }: AttemptQuestion): { work_ms: number; ease: number } {
  const own = typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : {};
  const { typical_ms: work, typical_success: ease } = own;
  return {
    work_ms: typeof work === 'number' && work > 0 ? work : declared_ms,
    ease: typeof ease === 'number' && ease >= 0 && ease <= 1 ? ease : declared,
  };
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
