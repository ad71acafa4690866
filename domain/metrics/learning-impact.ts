import type { WaveEvidence } from '../model/evidence.ts';
import type { MetricName } from '../model/targets.ts';
import { isBelow, NO_DATA, type Measurement } from './metric-value.ts';

/** This wave's other metrics. */
export type OtherMeasurements = Record<Exclude<MetricName, 'learning_impact'>, Measurement>;

/**
 * Over the signals of the previous wave whose metric missed its target then: mean of
 * clamp(move towards the target ÷ half the gap, 0, 1). All seven metrics are better when higher. Signals about
 * learning_impact itself are left out, for a metric cannot be its own evidence; so are signals whose metric has no data
 * now. No data when no signal is left.
 *
 * The value asks what moved, not who says to have moved it: a phase's word changes no share. What the phases said is
 * counted beside the value, with the mean over the signals that were applied.
 */
export function learningImpact(evidence: WaveEvidence, measured: OtherMeasurements): Measurement {
  const shares: number[] = [];
  const applied: number[] = [];
  let rejected = 0;
  for (const { metric, before, acknowledgement } of evidence.signals) {
    if (metric === 'learning_impact') continue;
    const now = measured[metric].value;
    const target = evidence.targets[metric];
    if (before === null || now === null || !isBelow(before, target)) continue;
    const halfGap = (target - before) / 2;
    const share = Math.min(1, Math.max(0, (now - before) / halfGap));
    shares.push(share);
    if (acknowledgement === 'applied') applied.push(share);
    if (acknowledgement === 'rejected') rejected += 1;
  }
  if (shares.length === 0) return NO_DATA;
  return {
    value: mean(shares),
    sample_size: shares.length,
    interval: null,
    acknowledgements: {
      applied: applied.length,
      rejected,
      applied_value: applied.length === 0 ? null : mean(applied),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
