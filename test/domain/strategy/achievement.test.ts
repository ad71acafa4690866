import assert from 'node:assert/strict';
import { beliefOf, promisedShare, residual, type StrategyTrial } from '../../../domain/strategy/achievement.ts';

const trial = (change: Partial<StrategyTrial> = {}): StrategyTrial => ({
  run: 'r',
  wave: 1,
  strategy: 'maximize_throughput',
  adjusted: true,
  metric: 'throughput',
  target: 35,
  without: 15,
  with: 25,
  before: 15,
  observed: 30,
  ...change,
});
/** Of the trial, as a share of its target. */
const GAP = 20 / 35;
const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe('promisedShare', () => {
  it('is the part of the gap without the adjustments that they close', () => {
    near(promisedShare('maximize_throughput', 35, { without: 15, with: 20 }), 0.25);
    near(promisedShare('minimize_retries', 0.1, { without: 0.3, with: 0.2 }), 0.5);
    near(promisedShare('balance_load', 0.85, { without: 0.759, with: 0.782 }), 0.023 / 0.091);
  });

  it('counts harm against it, and neither way more than the whole gap', () => {
    assert.equal(promisedShare('maximize_throughput', 35, { without: 15, with: 10 }), -0.25);
    assert.equal(promisedShare('maximize_throughput', 35, { without: 15, with: 60 }), 1);
    assert.equal(promisedShare('minimize_retries', 0.1, { without: 0.2, with: 0.6 }), -1);
  });

  it('counts nothing beyond the target, and a gap of less than a twentieth of it as one', () => {
    assert.equal(promisedShare('maximize_throughput', 35, { without: 60, with: 50 }), 0);
    assert.equal(promisedShare('maximize_throughput', 35, { without: 60, with: 25 }), -1);
    near(promisedShare('maximize_throughput', 35, { without: 34.9, with: 35 }), 0.1 / 1.75);
    near(promisedShare('maximize_throughput', 35, { without: 35, with: 34.9 }), -0.1 / 1.75);
  });
});

describe('residual', () => {
  it('is the achieved minus the promised share', () => {
    near(residual(trial()), 0.75 - 0.5);
    near(residual(trial({ observed: 15 })), -0.5);
  });

  it('is positive where fewer retries than promised were seen', () => {
    const retries = { strategy: 'minimize_retries', metric: 'retry_rate', target: 0.1 } as const;
    near(residual(trial({ ...retries, before: 0.3, without: 0.3, with: 0.2, observed: 0.1 })), 0.5);
  });

  it('compares with the wave before where nothing was simulated', () => {
    near(residual(trial({ without: null, with: null, observed: 25 })), 0.5);
    near(residual(trial({ without: null, with: null, observed: 10 })), -0.25);
  });

  it('is held: no wave comes out better or worse than promised by more than the gap', () => {
    assert.equal(residual(trial({ observed: 500 })), 1);
    assert.equal(residual(trial({ observed: -500 })), -1);
  });

  it('takes chance around a promise at the target for nothing, on average', () => {
    const seen = (observed: number) => residual(trial({ without: 34, with: 35, observed }))!;
    near(seen(34.5) + seen(35.5), 0);
    near(seen(33.9) + seen(36.1), 0);
  });

  it('does not depend on the wave before where something was simulated', () => {
    assert.equal(residual(trial({ before: 34 })), residual(trial({ before: null })));
  });

  it('is no evidence without adjustments, observation or start', () => {
    assert.equal(residual(trial({ adjusted: false })), null);
    assert.equal(residual(trial({ observed: null })), null);
    assert.equal(residual(trial({ without: null, with: null, before: null })), null);
  });
});

describe('beliefOf', () => {
  it('without trials is the prior of the reinforcement weight', () => {
    near(beliefOf('balance_load', 1, [], GAP).mean, 0.25);
    near(beliefOf('balance_load', 0.5, [], GAP).mean, 0);
    near(beliefOf('balance_load', 0, [], GAP).mean, -0.25);
    near(beliefOf('balance_load', 0, [], GAP).sd, 0.2);
  });

  it('shrinks one fresh trial by half', () => {
    const belief = beliefOf('maximize_throughput', 0.5, [trial()], GAP);
    near(belief.mean, 0.125);
    near(belief.sd, Math.sqrt((0.04 + 0.0625) / 2 / 2));
    assert.equal(belief.trials, 1);
  });

  it('discounts a trial by 0.85 per wave since, whichever strategy that wave had', () => {
    const other = trial({ strategy: 'maximize_success', metric: 'success_rate', adjusted: false });
    near(beliefOf('maximize_throughput', 0.5, [trial(), other], GAP).mean, (0.85 * 0.25) / 1.85);
  });

  it('is not moved by the trials of another strategy', () => {
    near(beliefOf('balance_load', 1, [trial()], GAP).mean, 0.25);
  });

  it('believes little of a large gap by the share of a small one, and no more of a small one by that of a large', () => {
    // A gap of 1.75, a twentieth of the target, exceeded by all of it: as much as a wave is off by chance.
    const near_target = trial({ without: 34, with: 35, observed: 37 });
    near(beliefOf('maximize_throughput', 0.5, [near_target], 0.05).mean, 1 / 2);
    const weight = (0.05 / 0.5) ** 2;
    near(beliefOf('maximize_throughput', 0.5, [near_target], 0.5).mean, weight / (1 + weight));
    near(beliefOf('maximize_throughput', 0.5, [trial()], 0.05).mean, 0.125);
  });
});
