import { isBelow } from '../metrics/metric-value.ts';
import type { Metric } from '../model/records.ts';

/** Expected calibration errors above this are worth a correction upstream. */
const ECE_MAX = 0.1;

/** What phase 20 should do about its predictions after a wave, in sentences; at least one. */
export function predictionAdvice(
  confidence: Metric,
  success: Metric,
  calibrationError: { brier: number; ece: number } | null,
): string[] {
  const advice: string[] = [];
  if (missesTarget(confidence)) {
    advice.push('Lower the declared success probabilities: the evidence of this wave lowered the calibrated ones.');
  }
  if (missesTarget(success)) {
    advice.push('Raise the risk, or lower the success probability, of tasks like those that failed.');
  }
  if (calibrationError !== null && calibrationError.ece > ECE_MAX) {
    const percent = Math.round(calibrationError.ece * 100);
    advice.push(`Recalibrate: predicted and observed success differ by ${percent} points on average.`);
  }
  return advice.length > 0 ? advice : ['Keep the predictions as they are.'];
}

function missesTarget(metric: Metric): boolean {
  return metric.value !== null && isBelow(metric.value, metric.target_value);
}
