import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HEALTH_WEIGHTS, scoreHealth } from '../../../domain/health/score.ts';
import { toMetric } from '../../../domain/metrics/metric-value.ts';
import type { Metric } from '../../../domain/model/records.ts';
import { DEFAULT_TARGETS, METRIC_NAMES, type MetricName } from '../../../domain/model/targets.ts';

const metrics = (values: Partial<Record<MetricName, number>>, targets = DEFAULT_TARGETS): Metric[] =>
  METRIC_NAMES.map((name) => toMetric(name, { value: values[name] ?? null, sample_size: 1, interval: null }, targets));
const only = (success_rate: number) => scoreHealth(metrics({ success_rate }));

describe('scoreHealth', () => {
  it('uses the contract’s weights', () => {
    assert.deepEqual(Object.values(HEALTH_WEIGHTS), [0.3, 0.15, 0.15, 0.15, 0.1, 0.1, 0.05]);
    assert.deepEqual(Object.keys(HEALTH_WEIGHTS), [...METRIC_NAMES]);
  });

  it('weighs how far each metric reached its target', () => {
    const score = scoreHealth(
      metrics({
        success_rate: 0.45,
        throughput: 7,
        agent_utilization: 0.7,
        confidence_trajectory: 1.1,
        schedule_adherence: 0.95,
        learning_impact: 0,
        optimization_efficiency: 0.9,
      }),
    );
    // 0.30 × 0.5 + 0.15 × 0.2 + 0.15 + 0.15 + 0.10 + 0 + 0.05 = 0.63.
    assert.deepEqual(score, { overall_health_score: 63, health_status: 'FAIR' });
  });

  it('leaves metrics without data out of both sums', () => {
    // (0.30 × 1 + 0.15 × 0.4) ÷ 0.45.
    assert.deepEqual(scoreHealth(metrics({ success_rate: 1, throughput: 14 })), {
      overall_health_score: 80,
      health_status: 'GOOD',
    });
  });

  it('has its floors at 90, 75 and 60', () => {
    assert.equal(only(0.9).health_status, 'EXCELLENT');
    assert.deepEqual(only(0.81), { overall_health_score: 90, health_status: 'EXCELLENT' });
    assert.equal(only(0.8099).health_status, 'GOOD');
    assert.deepEqual(only(0.675), { overall_health_score: 75, health_status: 'GOOD' });
    assert.equal(only(0.6749).health_status, 'FAIR');
    assert.deepEqual(only(0.54), { overall_health_score: 60, health_status: 'FAIR' });
    assert.equal(only(0.5399).health_status, 'POOR');
    assert.deepEqual(only(0), { overall_health_score: 0, health_status: 'POOR' });
  });

  it('has no score without data, nor when the metrics asked for have none', () => {
    const none = { overall_health_score: null, health_status: 'NO_DATA' };
    assert.deepEqual(scoreHealth(metrics({})), none);
    assert.deepEqual(scoreHealth(metrics({ success_rate: 1 }), ['throughput']), none);
    assert.deepEqual(scoreHealth(metrics({ success_rate: 1 }), []), none);
  });

  it('can be narrowed to some metrics, and follows overridden targets', () => {
    const values = metrics({ success_rate: 0.9, throughput: 7 }, { ...DEFAULT_TARGETS, throughput: 14 });
    assert.equal(scoreHealth(values, ['throughput']).overall_health_score, 50);
    assert.equal(scoreHealth(values, ['success_rate']).overall_health_score, 100);
  });

  it('stays within 0–100', () => {
    const value = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(value, { minLength: 7, maxLength: 7 }), (values) => {
        const known = METRIC_NAMES.flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i]] as const]));
        const { overall_health_score: score } = scoreHealth(metrics(Object.fromEntries(known)));
        assert.equal(score === null, known.length === 0);
        assert.ok(score === null || (score >= 0 && score <= 100));
      }),
    );
  });
});
