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
 * counted beside the value, of all signals of the previous wave, with the mean over those applied that have a share.
 */
export function learningImpact(evidence: WaveEvidence, measured: OtherMeasurements): Measurement {
  const shares: number[] = [];
  const applied: number[] = [];
  for (const { metric, before, acknowledgement } of evidence.signals) {
    if (metric === 'learning_impact') continue;
    const now = measured[metric].value;
    const target = evidence.targets[metric];
    if (before === null || now === null || !isBelow(before, target)) continue;
    const halfGap = (target - before) / 2;
    const share = Math.min(1, Math.max(0, (now - before) / halfGap));
    shares.push(share);
    if (acknowledgement === 'applied') applied.push(share);
  }
  const said = (status: 'applied' | 'rejected') =>
    evidence.signals.filter(({ acknowledgement }) => acknowledgement === status).length;
  const acknowledgements = {
    applied: said('applied'),
    rejected: said('rejected'),
    applied_value: applied.length === 0 ? null : mean(applied),
  };
  const isSaid = acknowledgements.applied + acknowledgements.rejected > 0;
  if (shares.length === 0) return { ...NO_DATA, ...(isSaid && { acknowledgements }) };
  return { value: mean(shares), sample_size: shares.length, interval: null, acknowledgements };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
