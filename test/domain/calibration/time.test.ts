import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Observation } from '../../../domain/calibration/observation.ts';
import { logTimePosterior } from '../../../domain/calibration/log-time-posterior.ts';
import { absorb, ageOneWave } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { predictTime, type TimeQuestion } from '../../../domain/calibration/time.ts';

const took = (actual: number, change: Partial<Observation> = {}): Observation => ({
  agent_id: 'a',
  risk_level: 'LOW',
  task_type: null,
  attempts: 1,
  success: true,
  execution_time_ms: actual,
  declared_ms: 100,
  speed_multiplier: 1,
  ...change,
});
const ask = (change: Partial<TimeQuestion> = {}): TimeQuestion => ({
  agent_id: 'a',
  risk_level: 'LOW',
  task_type: null,
  declared_ms: 1000,
  speed_multiplier: 1,
  ...change,
});
const near = (actual: number, expected: number, within = 1e-9) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

describe('predictTime', () => {
  it('is declared ÷ pace without evidence, also when only other agents are known', () => {
    const state = absorb(emptyCalibration(), [took(500, { agent_id: 'stranger' })]);
    for (const known of [emptyCalibration(), state]) {
      const { median_ms, mean_ms, sd_log } = predictTime(known, ask({ speed_multiplier: 1.25 }));
      assert.equal(median_ms, 800);
      near(mean_ms, 800 * Math.exp(0.045));
      near(sd_log, 0.3);
    }
  });

  it('shrinks one observation of twice the time, and lends some of it to other risk levels', () => {
    // w = 1 ÷ (0.1225 + 0.09) = 4.70588; m_a = w ln 2 ÷ (4 + w) = 0.374674;
    // m_aL = (0.374674 ÷ 0.1225 + ln 2 ÷ 0.09) ÷ (1 ÷ 0.1225 + 1 ÷ 0.09) = 0.558264.
    const state = absorb(emptyCalibration(), [took(200)]);
    near(predictTime(state, ask()).median_ms, 1747.636818596, 1e-6);
    near(predictTime(state, ask({ risk_level: 'HIGH' })).median_ms, 1454.517385307, 1e-6);
  });

  it('knows its own uncertainty: about 31, 18 and 11 % after 1, 3 and 8 tasks', () => {
    const spread = (n: number) => {
      const cells = { LOW: { successes: n, trials: n, time_n: n, time_sum: 0, time_sum_sq: 0 } };
      return Math.exp(Math.sqrt(logTimePosterior(cells, 'LOW').sd_predictive ** 2 - 0.09)) - 1;
    };
    near(logTimePosterior(undefined, 'LOW').sd_predictive, 0.6800735254, 1e-9);
    near(spread(1), 0.31, 0.005);
    near(spread(3), 0.18, 0.005);
    near(spread(8), 0.108, 0.005);
  });

  it('pools the spread it sees with the assumed one', () => {
    // Nine equal log-times: (8 × 0.09 + 0) ÷ (8 + 8) = 0.045.
    const calm = absorb(emptyCalibration(), Array<Observation>(9).fill(took(100)));
    near(predictTime(calm, ask()).sd_log, Math.sqrt(0.045), 1e-9);
    // Two log-times at ±½ spread by ½ around their mean: (0.72 + 0.5) ÷ 9.
    const wild = absorb(emptyCalibration(), [took(100 * Math.exp(0.5)), took(100 * Math.exp(-0.5))]);
    near(predictTime(wild, ask()).sd_log, Math.sqrt(1.22 / 9), 1e-9);
  });

  it('finds an agent ten times slower than declared within a few waves, in spite of the pulling in', () => {
    let state = emptyCalibration();
    for (let wave = 0; wave < 4; wave++) state = absorb(ageOneWave(state), Array<Observation>(10).fill(took(1000)));
    const { median_ms } = predictTime(state, ask());
    assert.ok(median_ms > 8000 && median_ms < 10_500, `median ${median_ms}`);
  });

  it('forgets: the same evidence weighs less after ageing', () => {
    const fresh = absorb(emptyCalibration(), [took(200)]);
    assert.ok(predictTime(ageOneWave(fresh), ask()).median_ms < predictTime(fresh, ask()).median_ms);
  });

  it('grows with a slower observation, and scales with declared time and pace', () => {
    // Further off, a time that agrees with those before it lowers the noise, and so says more than a slower one that does not.
    const actual = fc.double({ min: 50, max: 200, noNaN: true });
    fc.assert(
      fc.property(fc.array(actual, { maxLength: 6 }), actual, (past, next) => {
        const before = absorb(
          emptyCalibration(),
          past.map((ms) => took(ms)),
        );
        const slower = predictTime(absorb(before, [took(next * 2)]), ask()).median_ms;
        const faster = predictTime(absorb(before, [took(next)]), ask()).median_ms;
        assert.ok(slower >= faster - 1e-9);
        const doubled = predictTime(before, ask({ declared_ms: 2000, speed_multiplier: 0.5 })).median_ms;
        near(doubled / predictTime(before, ask()).median_ms, 4, 1e-9);
      }),
    );
  });

  it('refuses a declared time of 0', () => {
    assert.throws(() => predictTime(emptyCalibration(), ask({ declared_ms: 0 })), /declared_ms is 0/);
  });
});
