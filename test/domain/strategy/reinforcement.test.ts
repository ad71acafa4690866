import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  NO_REINFORCEMENT as NOTHING,
  reinforcementNotes,
  reinforcementWeights,
  type ReinforcementInputs,
} from '../../../domain/strategy/reinforcement.ts';

const phase21 = (change: Partial<ReinforcementInputs['phase21']>): ReinforcementInputs => ({
  ...NOTHING,
  phase21: { ...NOTHING.phase21, ...change },
});

describe('reinforcementWeights', () => {
  it('computes the five formulas', () => {
    const weights = reinforcementWeights({
      ...phase21({ failure_rate: 0.25, throughput: 14, load_imbalance: 0.125, retry_rate: 0.5 }),
      phase20_signals: [
        { feedback_type: 'a', confidence: 0.75 },
        { feedback_type: 'b', confidence: 0.25 },
      ],
    });
    assert.deepEqual(weights, {
      maximize_success: 0.75,
      maximize_throughput: 0.4,
      balance_load: 0.875,
      minimize_retries: 0.5,
      maximize_confidence: 0.5,
    });
  });

  it('is neutral where nothing is known', () => {
    assert.deepEqual(Object.values(reinforcementWeights(NOTHING)), [0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it('falls back to the complement, and to the reliability of the models', () => {
    const weights = reinforcementWeights({
      ...phase21({ success_rate: 0.93, load_balance: 0.7 }),
      phase20_metrics: { model_reliability: 0.88, prediction_accuracy: 0.1 },
    });
    assert.equal(weights.maximize_success, 0.93);
    assert.equal(weights.balance_load, 0.7);
    assert.equal(weights.maximize_confidence, 0.88);
  });

  it('prefers the measure that the formula names', () => {
    const weights = reinforcementWeights(
      phase21({ success_rate: 0.1, failure_rate: 0.25, load_balance: 0.1, load_imbalance: 0.5 }),
    );
    assert.equal(weights.maximize_success, 0.75);
    assert.equal(weights.balance_load, 0.5);
  });

  it('stays within 0–1 whatever the phases write', () => {
    const number = fc.option(fc.double({ min: -100, max: 100, noNaN: true }));
    const field = fc.record({
      success_rate: number,
      failure_rate: number,
      throughput: number,
      load_balance: number,
      load_imbalance: number,
      retry_rate: number,
      confidence_trajectory: number,
    });
    fc.assert(
      fc.property(field, (values) => {
        for (const weight of Object.values(reinforcementWeights(phase21(values)))) {
          assert.ok(weight >= 0 && weight <= 1, `weight ${weight}`);
        }
      }),
    );
  });

  it('is not changed by anomalies, which are noted instead', () => {
    const anomaly = { anomaly_type: 'prediction_drift', severity: 'high' };
    const inputs = { ...NOTHING, phase20_anomalies: [anomaly, anomaly] };
    assert.deepEqual(reinforcementWeights(inputs), reinforcementWeights(NOTHING));
    assert.equal(reinforcementNotes(inputs).at(-1), 'Phase 20 reports prediction_drift (high).');
  });
});

describe('reinforcementNotes', () => {
  it('names the weights that had no input', () => {
    const notes = reinforcementNotes(phase21({ failure_rate: 0, throughput: 1, load_balance: 1, retry_rate: 0 }));
    assert.deepEqual(notes, ['Phases 20/21 say nothing of maximize_confidence: weight 0.5 each.']);
  });
});
