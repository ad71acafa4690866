/** How far predicted probabilities were from what happened. */

export interface PredictedOutcome {
  /** 0–1. */
  predicted: number;
  success: boolean;
}

export interface CalibrationError {
  /** Mean of (predicted − outcome)², 0–1; 0 is perfect (Brier 1950). */
  brier: number;
  /**
   * Expected calibration error, 0–1: over ten equal bins of the predicted probability, the mean gap between the
   * predicted and the observed share, weighted by the bin's size (Naeini et al. 2015).
   */
  ece: number;
}

const BINS = 10;

/** Null when there is nothing to compare. */
export function calibrationError(pairs: readonly PredictedOutcome[]): CalibrationError | null {
  if (pairs.length === 0) return null;
  let squares = 0;
  // Of each bin, Σ (predicted − outcome): the gap between the two shares, times the bin's size.
  const gaps = Array.from({ length: BINS }, () => 0);
  for (const { predicted, success } of pairs) {
    const error = predicted - (success ? 1 : 0);
    squares += error * error;
    const bin = Math.min(BINS - 1, Math.floor(predicted * BINS));
    gaps[bin] = (gaps[bin] ?? 0) + error;
  }
  const gap = gaps.reduce((sum, binGap) => sum + Math.abs(binGap), 0);
  return { brier: squares / pairs.length, ece: gap / pairs.length };
}
