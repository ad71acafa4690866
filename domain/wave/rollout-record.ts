import type { Rollout } from '../model/evidence.ts';
import { STRATEGIES, strategyTarget } from '../strategy/catalogue.ts';
import type { ChosenStrategy } from './choose-stage.ts';
import type { WaveContext } from './context.ts';

/** This run's roll-outs with the wave's own promise added, still to be observed. */
export function withPromise(context: WaveContext, chosen: ChosenStrategy): Rollout[] {
  const { promise, recommendation } = chosen;
  if (!promise) return context.carry.rollouts;
  const { metric } = STRATEGIES[recommendation.strategy];
  const { strategy } = recommendation;
  const target = strategyTarget(metric, context.targets);
  const rollout = { wave: context.wave, strategy, metric, target, without: promise.without, with: promise.with };
  return [...context.carry.rollouts, { ...rollout, observed: null }];
}
