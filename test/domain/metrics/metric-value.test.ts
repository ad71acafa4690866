import assert from 'node:assert/strict';
import { isBelow, NO_DATA, toMetric } from '../../../domain/metrics/metric-value.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';

const status = (value: number) =>
  toMetric('success_rate', { value, sample_size: 1, interval: null }, DEFAULT_TARGETS).status;

describe('metric value', () => {
  it('is critical below 0.8 × target, warning below target, else normal', () => {
    assert.equal(status(0.7199999), 'critical');
    assert.equal(status(0.72), 'warning');
    assert.equal(status(18 / 25), 'warning');
    assert.equal(status(0.8999999), 'warning');
    assert.equal(status(0.9), 'normal');
    assert.equal(status(1), 'normal');
  });

  it('does not take rounding noise for a shortfall', () => {
    assert.equal(isBelow(1 + (0.1 + 0.2 - 0.35) - 1e-16, 0.95), false);
    assert.equal(isBelow(0.95 - 1e-9, 0.95), true);
  });

  it('carries unit, target and sample, and no_data for null', () => {
    assert.deepEqual(toMetric('throughput', { value: 70, sample_size: 9, interval: null }, DEFAULT_TARGETS), {
      metric_name: 'throughput',
      value: 70,
      unit: 'tasks/sec',
      target_value: 35,
      status: 'normal',
      sample_size: 9,
      interval: null,
    });
    const overridden = { ...DEFAULT_TARGETS, throughput: 100 };
    assert.equal(toMetric('throughput', { value: 79, sample_size: 9, interval: null }, overridden).status, 'critical');
    assert.equal(toMetric('throughput', NO_DATA, DEFAULT_TARGETS).status, 'no_data');
  });
});
