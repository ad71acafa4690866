import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { absorb } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration, type CalibrationState } from '../../../domain/calibration/state.ts';
import { predictSuccess, type SuccessQuestion } from '../../../domain/calibration/success.ts';
import type { RiskLevel } from '../../../domain/model/task.ts';

const ask = (change: Partial<SuccessQuestion> = {}): SuccessQuestion => ({
  agent_id: 'a',
  risk_level: 'LOW',
  task_type: null,
  declared: 0.8,
  confidence_weight: 1,
  prediction_bias: 0,
  ...change,
});
const seen = (agentId: string, successes: number, failures: number, risk: RiskLevel = 'LOW'): Observation[] => {
  const one = (success: boolean): Observation => ({
    agent_id: agentId,
    risk_level: risk,
    task_type: null,
    attempts: 1,
    success,
    execution_time_ms: null,
    declared_ms: null,
    speed_multiplier: 1,
  });
  return [...Array<Observation>(successes).fill(one(true)), ...Array<Observation>(failures).fill(one(false))];
};
const after = (...observations: Observation[][]): CalibrationState => absorb(emptyCalibration(), observations.flat());
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

describe('predictSuccess', () => {
  it('returns the declared probability exactly without evidence', () => {
    for (const weight of [0.5, 0.8, 1, 1.1, 1.2]) {
      assert.equal(predictSuccess(emptyCalibration(), ask({ declared: 0.725, confidence_weight: weight })).mean, 0.725);
    }
  });

  it('adds the bias and holds the result within 0–1', () => {
    assert.equal(predictSuccess(emptyCalibration(), ask({ declared: 0.5, prediction_bias: 0.02 })).mean, 0.52);
    const sure = predictSuccess(emptyCalibration(), ask({ declared: 0.95, prediction_bias: 0.1 }));
    assert.equal(sure.mean, 1);
    assert.equal(sure.upper, 1);
    assert.ok(sure.lower > 0.5 && sure.lower < 1);
    assert.equal(predictSuccess(emptyCalibration(), ask({ declared: 0.05, prediction_bias: -0.1 })).mean, 0);
  });

  it('weighs the declared probability as 8 trials times the confidence weight', () => {
    const state = after(seen('a', 1, 2));
    near(predictSuccess(state, ask()).mean, (6.4 + 1) / 11);
    near(predictSuccess(state, ask({ confidence_weight: 0.5 })).mean, (3.2 + 1) / 7);
  });

  it('is pulled a little to the other agents: a tenth of a trial each, two trials at most', () => {
    near(predictSuccess(after(seen('b', 0, 5)), ask()).mean, 6.4 / 8.5);
    near(predictSuccess(after(seen('b', 0, 20)), ask()).mean, 6.4 / 10);
    near(predictSuccess(after(seen('b', 15, 15)), ask()).mean, 7.4 / 10);
    near(predictSuccess(after(seen('b', 0, 10), seen('a', 4, 0)), ask()).mean, 10.4 / 13);
  });

  it('keeps known risk levels apart, and lets trials of unknown risk count a half', () => {
    assert.equal(predictSuccess(after(seen('a', 0, 9, 'HIGH')), ask()).mean, 0.8);
    near(predictSuccess(after(seen('a', 0, 4, 'UNKNOWN')), ask()).mean, 6.4 / 10);
    near(predictSuccess(after(seen('a', 0, 4, 'UNKNOWN')), ask({ risk_level: 'UNKNOWN' })).mean, 6.4 / 12);
  });

  it('tells agents apart although every declared probability is 0.725', () => {
    const state = after(seen('good', 20, 0), seen('bad', 4, 16));
    const of = (agent_id: string) => predictSuccess(state, ask({ agent_id, declared: 0.725 })).mean;
    near(of('good'), (5.8 + 20 + 2 * 0.2) / 30);
    near(of('bad'), (5.8 + 4 + 2 * 1) / 30);
    assert.ok(of('good') > of('stranger') && of('stranger') > of('bad'));
  });

  it('gives the beta distribution’s central 95 % interval', () => {
    // Beta(8·0.125 + 0, 8·0.875 + 0) = Beta(1, 7): P(X ≤ x) = 1 − (1 − x)⁷.
    const { lower, upper } = predictSuccess(emptyCalibration(), ask({ declared: 0.125 }));
    near(lower, 1 - 0.975 ** (1 / 7));
    near(upper, 1 - 0.025 ** (1 / 7));
  });

  it('rises with a success, falls with a failure, narrows with evidence, and stays in its interval', () => {
    const count = fc.integer({ min: 0, max: 14 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        share,
        fc.double({ min: 0.5, max: 1.2, noNaN: true }),
        (s, f, os, of, declared, w) => {
          const question = ask({ declared, confidence_weight: w });
          const predict = (extraS: number, extraF: number) =>
            predictSuccess(after(seen('a', s + extraS, f + extraF), seen('b', os, of)), question);
          const now = predict(0, 0);
          assert.ok(predict(1, 0).mean >= now.mean - 1e-12);
          assert.ok(predict(0, 1).mean <= now.mean + 1e-12);
          assert.ok(0 <= now.lower && now.lower <= now.mean && now.mean <= now.upper && now.upper <= 1);
        },
      ),
      { numRuns: 60 },
    );
    const width = (trials: number) => {
      const { lower, upper } = predictSuccess(after(seen('a', trials * 0.8, trials * 0.2)), ask());
      return upper - lower;
    };
    assert.ok(width(0) > width(10) && width(10) > width(30));
  });
});
