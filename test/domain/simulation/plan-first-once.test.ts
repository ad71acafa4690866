import assert from 'node:assert/strict';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { modelAttempts } from '../../../domain/simulation/model-attempts.ts';
import { planFirstOnce } from '../../../domain/simulation/plan-first-once.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { estimator, smallWave, tasks } from '../../simulation/small-wave.ts';

describe('the first plan, made once', () => {
  it('is the one that each replica would have made, later plans are its own', () => {
    const input = smallWave({ tasks: tasks(30), estimate: estimator({ predicted_success: 0.6 }) });
    const plan = planFirstOnce();
    let versions = 0;
    for (let replica = 0; replica < 5; replica++) {
      const model = modelAttempts(emptyCalibration(), 22, replica);
      const shared = simulateWave({ ...input, model, plan });
      assert.equal(JSON.stringify(shared), JSON.stringify(simulateWave({ ...input, model })), `replica ${replica}`);
      versions = Math.max(versions, shared.memory.version);
    }
    assert.ok(versions > 1, 'some replica was planned again');
  });
});
