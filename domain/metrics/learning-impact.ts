import type { WaveEvidence } from '../model/evidence.ts';
import type { MetricName } from '../model/targets.ts';
import { isBelow, NO_DATA, type Measurement } from './metric-value.ts';

/** This wave's other metrics. */
export type OtherMeasurements = Record<Exclude<MetricName, 'learning_impact'>, Measurement>;

/**
 * Over the signals of the previous wave whose metric missed its target then: mean of
 * clamp(move towards the target ÷ half the gap, 0, 1). All seven metrics are better when higher. Signals about
 * learning_impact itself are left out, for a metric cannot be its own evidence; so are signals whose metric has no data
 * now. Whether a phase acknowledged a signal does not change its share. No data when no signal is left.
 */
export function learningImpact(evidence: WaveEvidence, measured: OtherMeasurements): Measurement {
  const shares: number[] = [];
  for (const { metric, before } of evidence.signals) {
    if (metric === 'learning_impact') continue;
    const now = measured[metric].value;
    const target = evidence.targets[metric];
    if (before === null || now === null || !isBelow(before, target)) continue;
    const halfGap = (target - before) / 2;
    shares.push(Math.min(1, Math.max(0, (now - before) / halfGap)));
  }
  if (shares.length === 0) return NO_DATA;
  return {
    value: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    sample_size: shares.length,
    interval: null,
  };
}
