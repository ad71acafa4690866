/** Attempts as the calibrated model expects them, cautiously: what a roll-out and a forecast's recorded wave take for the truth. */
import type { CalibrationState } from '../calibration/state.ts';
import { NOISE_VARIANCE } from '../calibration/log-time-posterior.ts';
import { attemptNoise } from '../calibration/time.ts';
import { normal, seededRandom } from '../model/random.ts';
import type { AttemptModel } from './virtual-agent.ts';

/**
 * Seeded attempts: log-normal time around the predicted median, success with the predicted probability. An agent that scatters more
 * than is taken of one before it is known does so here too. A failed attempt takes its whole time, as it does in a plan.
 */
export function modelAttempts(calibration: CalibrationState, seed: number, replica: number): AttemptModel {
  const spreads = new Map<string, number>();
  return ({ task_id, agent_id, predicted_ms, predicted_success }, attempt) => {
    let spread = spreads.get(agent_id);
    if (spread === undefined) {
      spread = Math.sqrt(Math.max(NOISE_VARIANCE, attemptNoise(calibration, agent_id).variance));
      spreads.set(agent_id, spread);
    }
    const random = seededRandom('model', seed, replica, task_id, agent_id, attempt);
    const success = random() < predicted_success;
    return { duration_ms: predicted_ms * Math.exp(spread * normal(random)), success };
  };
}
