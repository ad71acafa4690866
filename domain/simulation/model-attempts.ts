/** Attempts as the calibrated model expects them, cautiously: what a roll-out and a forecast's recorded wave take for the truth. */
import type { CalibrationState } from '../calibration/state.ts';
import { timeDoubt } from '../calibration/time.ts';
import { normal, seededRandom } from '../model/random.ts';
import type { AttemptModel } from './virtual-agent.ts';

/** Least spread of the logarithm of an attempt's time around its predicted median: what is taken of an agent before it is known. */
const TIME_SPREAD_MIN = 0.3;

/**
 * Seeded attempts: log-normal time around the predicted median, success with the predicted probability. An agent that scatters more
 * than is taken of one before it is known does so here too. A failed attempt takes its whole time, as it does in a plan.
 */
export function modelAttempts(calibration: CalibrationState, seed: number, replica: number): AttemptModel {
  const spreads = new Map<string, number>();
  return ({ task_id, agent_id, risk_level, predicted_ms, predicted_success }, attempt) => {
    let spread = spreads.get(agent_id);
    if (spread === undefined) {
      spread = Math.max(TIME_SPREAD_MIN, Math.sqrt(timeDoubt(calibration, agent_id, risk_level).noise_variance));
      spreads.set(agent_id, spread);
    }
    const random = seededRandom('model', seed, replica, task_id, agent_id, attempt);
    const success = random() < predicted_success;
    return { duration_ms: predicted_ms * Math.exp(spread * normal(random)), success };
  };
}
