import assert from 'node:assert/strict';
import { STRATEGIES, strategyTarget } from '../../../domain/strategy/catalogue.ts';
import { eligibleStrategies, type StrategyView } from '../../../domain/strategy/eligibility.ts';
import { STRATEGY_NAMES } from '../../../domain/model/records.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';

const AT_TARGET: StrategyView = {
  success_rate: 0.9,
  throughput: 35,
  load_balance: 0.85,
  retry_rate: 0.1,
  confidence_trajectory: 0.95,
};
const NO_DATA: StrategyView = {
  success_rate: null,
  throughput: null,
  load_balance: null,
  retry_rate: null,
  confidence_trajectory: null,
};
const eligible = (view: StrategyView) => eligibleStrategies(view, DEFAULT_TARGETS);

describe('eligibleStrategies', () => {
  it('finds none where every measure equals its limit', () => {
    assert.deepEqual(eligible(AT_TARGET), []);
  });

  it('finds each strategy by its own measure alone, just past the limit', () => {
    assert.deepEqual(eligible({ ...AT_TARGET, success_rate: 0.8999 }), ['maximize_success']);
    assert.deepEqual(eligible({ ...AT_TARGET, throughput: 34.99 }), ['maximize_throughput']);
    assert.deepEqual(eligible({ ...AT_TARGET, load_balance: 0.8499 }), ['balance_load']);
    assert.deepEqual(eligible({ ...AT_TARGET, retry_rate: 0.1001 }), ['minimize_retries']);
    assert.deepEqual(eligible({ ...AT_TARGET, confidence_trajectory: 0.9499 }), ['maximize_confidence']);
  });

  it('never makes a strategy eligible by a measure without data', () => {
    assert.deepEqual(eligible(NO_DATA), []);
  });

  it('answers in table order', () => {
    const view = { success_rate: 0, throughput: 0, load_balance: 0, retry_rate: 1, confidence_trajectory: 0 };
    assert.deepEqual(eligible(view), STRATEGY_NAMES);
  });

  it('follows overridden targets', () => {
    const targets = { ...DEFAULT_TARGETS, throughput: 10 };
    assert.deepEqual(eligibleStrategies({ ...AT_TARGET, throughput: 12 }, targets), []);
    assert.deepEqual(eligibleStrategies({ ...AT_TARGET, throughput: 9 }, targets), ['maximize_throughput']);
  });
});

describe('STRATEGIES', () => {
  it('asks for the adjustments of the table', () => {
    assert.deepEqual(
      STRATEGY_NAMES.map((name) => STRATEGIES[name].adjustments),
      [
        { retry_threshold: 1, confidence_weight: 0.05 },
        { speed_multiplier: 0.05, max_parallel_tasks: 1 },
        { load_balance_bias: 0.1, rebalance_threshold: -0.05 },
        { retry_threshold: -1, safety_gate_strictness: 0.05 },
        { confidence_weight: 0.08, prediction_bias: 0.02 },
      ],
    );
  });

  it('aims at the limits that make it eligible', () => {
    const targets = STRATEGY_NAMES.map((name) => strategyTarget(STRATEGIES[name].metric, DEFAULT_TARGETS));
    assert.deepEqual(targets, [0.9, 35, 0.85, 0.1, 0.95]);
  });
});
