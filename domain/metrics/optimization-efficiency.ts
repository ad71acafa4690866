import type { Rollout, WaveEvidence } from '../model/evidence.ts';
import { isBelow, NO_DATA, type Measurement } from './metric-value.ts';

/** The simulated improvement has to be at least this share of the target. */
const PROMISE_MIN = 0.01;

/**
 * How much of the simulated improvement came true: clamp(Σ(observed − without) ÷ Σ(with − without), 0, 1) over this
 * run's adjusted waves that have been measured.
 *
 * Waves may have had different target metrics, in different units, so every difference is taken as a share of its own
 * target, and turned so that positive is better (retry_rate is better when lower). With one metric throughout this is
 * the plain quotient. No data while the sum promised is under 1 % of the target: too little to divide by, or a promise
 * of harm, whose coming true would be no merit.
 */
export function optimizationEfficiency(evidence: WaveEvidence): Measurement {
  let promised = 0;
  let achieved = 0;
  let measured = 0;
  for (const rollout of evidence.rollouts) {
    if (rollout.observed === null) continue;
    measured += 1;
    promised += improvement(rollout, rollout.with);
    achieved += improvement(rollout, rollout.observed);
  }
  if (measured === 0 || isBelow(promised, PROMISE_MIN)) return NO_DATA;
  return { value: Math.min(1, Math.max(0, achieved / promised)), sample_size: measured, interval: null };
}

function improvement(rollout: Rollout, value: number): number {
  const direction = rollout.metric === 'retry_rate' ? -1 : 1;
  return (direction * (value - rollout.without)) / rollout.target;
}
