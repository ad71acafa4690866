import assert from 'node:assert/strict';
import { absorb } from '../../../domain/calibration/absorb.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { normal, seededRandom } from '../../../domain/model/random.ts';
import { modelAttempts } from '../../../domain/simulation/model-attempts.ts';
import { LANE_ROW } from '../../simulation/small-wave.ts';

/** What is known of an agent of whose attempts `count` took a second, with this scatter of log-times. */
function known(scatter: number, count: number) {
  const random = seededRandom('known', scatter);
  const observations = Array.from({ length: count }, () => ({
    agent_id: 'a',
    risk_level: 'LOW' as const,
    task_type: null,
    attempts: 1,
    success: true,
    execution_time_ms: 1000 * Math.exp(scatter * normal(random)),
    declared_ms: 1000,
    speed_multiplier: 1,
  }));
  return absorb(emptyCalibration(), observations);
}

describe('attempts as the calibrated model expects them', () => {
  const spreadOf = (calibration: ReturnType<typeof known>) => {
    const logs = Array.from({ length: 400 }, (_, replica) => {
      return Math.log(modelAttempts(calibration, 22, replica)(LANE_ROW, 1, 1, 0).duration_ms);
    });
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    return Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length);
  };

  it('scatter as those of the agent did, and no less than is taken of one that is not known', () => {
    for (const [calibration, expected] of [
      [known(0.6, 200), 0.6],
      [known(0.1, 200), 0.3],
      [emptyCalibration(), 0.3],
    ] as const) {
      const spread = spreadOf(calibration);
      assert.ok(Math.abs(spread / expected - 1) < 0.15, `${spread}, expected ${expected}`);
    }
  });
});
