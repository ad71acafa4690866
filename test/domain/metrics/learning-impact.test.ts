import assert from 'node:assert/strict';
import { learningImpact } from '../../../domain/metrics/learning-impact.ts';
import { NO_DATA } from '../../../domain/metrics/metric-value.ts';
import type { MetricName } from '../../../domain/model/targets.ts';
import { evidence } from './wave-fixture.ts';

const signal = (metric: MetricName, before: number | null, acknowledgement: 'applied' | 'rejected' | null = null) => ({
  signal_id: `s-${metric}`,
  metric,
  before,
  acknowledgement,
});
const impact = (signals: ReturnType<typeof signal>[], now: Partial<Record<MetricName, number>>) => {
  const of = (name: MetricName) => ({ ...NO_DATA, value: now[name] ?? null });
  return learningImpact(evidence({ signals }), {
    success_rate: of('success_rate'),
    throughput: of('throughput'),
    agent_utilization: of('agent_utilization'),
    confidence_trajectory: of('confidence_trajectory'),
    schedule_adherence: of('schedule_adherence'),
    optimization_efficiency: of('optimization_efficiency'),
  });
};

describe('learning_impact', () => {
  it('is the move towards the target over half the gap, held within 0–1', () => {
    const from15 = (now: number) => impact([signal('throughput', 15)], { throughput: now }).value;
    assert.equal(from15(20), 0.5);
    assert.equal(from15(25), 1);
    assert.equal(from15(60), 1);
    assert.equal(from15(15), 0);
    assert.equal(from15(5), 0);
  });

  it('averages over signals, acknowledged or not', () => {
    const signals = [signal('throughput', 15, 'rejected'), signal('agent_utilization', 0.5, 'applied')];
    const { acknowledgements, ...measurement } = impact(signals, { throughput: 20, agent_utilization: 0.7 });
    assert.deepEqual(measurement, { value: 0.75, sample_size: 2, interval: null });
    assert.deepEqual(acknowledgements, { applied: 1, rejected: 1, applied_value: 1 });
  });

  it('counts beside the value what the phases said of all signals of the wave before', () => {
    const now = { throughput: 20, agent_utilization: 0.7, success_rate: 0.95 };
    const counts = (...signals: ReturnType<typeof signal>[]) => impact(signals, now).acknowledgements;
    assert.deepEqual(counts(signal('throughput', 15)), { applied: 0, rejected: 0, applied_value: null });
    assert.deepEqual(counts(signal('throughput', 15, 'applied'), signal('success_rate', 0.95, 'applied')), {
      applied: 2,
      rejected: 0,
      applied_value: 0.5,
    });
    assert.deepEqual(impact([signal('success_rate', 0.95, 'rejected')], now), {
      ...NO_DATA,
      acknowledgements: { applied: 0, rejected: 1, applied_value: null },
    });
  });

  it('leaves out signals whose metric met its target, had no data, or has none now', () => {
    const signals = [
      signal('throughput', 35),
      signal('success_rate', null),
      signal('schedule_adherence', 0.5),
      signal('agent_utilization', 0.5),
    ];
    const result = impact(signals, { throughput: 1, success_rate: 1, agent_utilization: 0.55 });
    assert.equal(result.sample_size, 1);
    assert.ok(Math.abs((result.value ?? NaN) - 0.5) < 1e-12);
  });

  it('has no data without such a signal, nor from a signal about itself', () => {
    assert.deepEqual(impact([], { throughput: 20 }), NO_DATA);
    assert.deepEqual(impact([signal('learning_impact', 0.1)], { throughput: 20 }), NO_DATA);
  });
});
