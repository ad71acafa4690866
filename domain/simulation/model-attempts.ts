/** Attempts as the calibrated model expects them: what a dry run and a roll-out take for the truth. */
import { normal, seededRandom } from '../model/random.ts';
import type { AttemptModel } from './virtual-agent.ts';

/** Spread of the logarithm of an attempt's time around its predicted median. */
const TIME_SPREAD = 0.3;

/** Seeded attempts: log-normal time around the predicted median, success with the predicted probability. */
export function modelAttempts(seed: number, replica: number): AttemptModel {
  return (row, attempt) => {
    const random = seededRandom('model', seed, replica, row.task_id, row.agent_id, attempt);
    const success = random() < row.predicted_success;
    return { duration_ms: row.predicted_ms * Math.exp(TIME_SPREAD * normal(random)), success };
  };
}
