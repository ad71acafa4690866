import assert from 'node:assert/strict';
import { detectAnomalies } from '../../../domain/anomalies/detect.ts';
import { toMetric } from '../../../domain/metrics/metric-value.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import { DEFAULT_TARGETS, METRIC_NAMES, type MetricName } from '../../../domain/model/targets.ts';

const side = { load_balance: 1, retry_rate: 0.125 };
const metrics = (values: Partial<Record<MetricName, number>>, targets = DEFAULT_TARGETS) =>
  METRIC_NAMES.map((name) => toMetric(name, { value: values[name] ?? null, sample_size: 40, interval: null }, targets));
const types = (values: Partial<Record<MetricName, number>>) =>
  detectAnomalies(metrics(values), side, [], []).map((anomaly) => anomaly.anomaly_type);

describe('detectAnomalies', () => {
  it('raises all five in the contract’s order and severity', () => {
    const found = detectAnomalies(metrics(Object.fromEntries(METRIC_NAMES.map((name) => [name, 0.1]))), side, [], []);
    assert.deepEqual(
      found.map((anomaly) => [anomaly.anomaly_type, anomaly.evidence.metric, anomaly.severity]),
      [
        ['high_failure', 'success_rate', 'high'],
        ['schedule_drift', 'schedule_adherence', 'medium'],
        ['confidence_drop', 'confidence_trajectory', 'medium'],
        ['excessive_retries', 'throughput', 'low'],
        ['optimization_failure', 'optimization_efficiency', 'high'],
      ],
    );
  });

  const thresholds: [MetricName, number, string][] = [
    ['success_rate', 0.9, 'high_failure'],
    ['schedule_adherence', 0.95, 'schedule_drift'],
    ['confidence_trajectory', 0.95, 'confidence_drop'],
    ['throughput', 35, 'excessive_retries'],
    ['optimization_efficiency', 0.9, 'optimization_failure'],
  ];
  for (const [metric, threshold, type] of thresholds) {
    it(`raises ${type} below ${threshold} and not at it`, () => {
      assert.deepEqual(types({ [metric]: threshold }), []);
      assert.deepEqual(types({ [metric]: threshold - 1e-6 }), [type]);
    });
  }

  it('raises nothing for the other two metrics, nor without data', () => {
    assert.deepEqual(types({ agent_utilization: 0, learning_impact: 0 }), []);
    assert.deepEqual(types({}), []);
  });

  it('triggers on an overridden target', () => {
    const targets = { ...DEFAULT_TARGETS, throughput: 10 };
    assert.equal(detectAnomalies(metrics({ throughput: 10 }, targets), side, [], []).length, 0);
    const [anomaly] = detectAnomalies(metrics({ throughput: 9 }, targets), side, [], []);
    assert.equal(anomaly?.evidence.target, 10);
  });

  it('is conclusive only when the whole interval lies below the target', () => {
    const conclusiveness = (completed: number, total: number) => {
      const share = { value: completed / total, sample_size: total, interval: wilsonInterval(completed, total) };
      return detectAnomalies([toMetric('success_rate', share, DEFAULT_TARGETS)], side, [], [])[0]?.conclusiveness;
    };
    // Upper bounds 0.948 and 0.877; a share of 0.9 in any sample is no anomaly.
    assert.equal(conclusiveness(17, 20), 'weak');
    assert.equal(conclusiveness(85, 110), 'conclusive');
    assert.equal(conclusiveness(9, 10), undefined);
    const touching = { value: 0.5, sample_size: 9, interval: [0.2, 0.9] as [number, number] };
    assert.equal(
      detectAnomalies([toMetric('success_rate', touching, DEFAULT_TARGETS)], side, [], [])[0]?.conclusiveness,
      'weak',
    );
    assert.equal(detectAnomalies(metrics({ throughput: 0 }), side, [], [])[0]?.conclusiveness, 'weak');
  });

  it('describes value, target, sample and interval, and what to do', () => {
    const share = { value: 0.85, sample_size: 20, interval: wilsonInterval(17, 20) };
    const [anomaly] = detectAnomalies([toMetric('success_rate', share, DEFAULT_TARGETS)], side, [], []);
    assert.equal(
      anomaly?.description,
      'success_rate is 0.85, below its target of 0.9 (sample 20, 95 % interval 0.64–0.948): ' +
        'too few of the tasks that the gate let run were completed.',
    );
    assert.match(anomaly.recommendation, /errors of the failed tasks/);
    assert.deepEqual(anomaly.evidence, {
      metric: 'success_rate',
      value: 0.85,
      target: 0.9,
      sample_size: 20,
      interval: wilsonInterval(17, 20),
      agents: [],
      risk_levels: [],
      drifted: [],
    });
  });

  it('never shows a value rounded up to the target that it missed', () => {
    const [anomaly] = detectAnomalies(metrics({ success_rate: 0.89996 }), side, [], []);
    assert.match(anomaly?.description ?? '', /is 0\.899, below its target of 0\.9 /);
  });

  it('gives the retry rate with excessive_retries', () => {
    const [slow] = detectAnomalies(metrics({ throughput: 20 }), side, [], []);
    assert.match(slow?.description ?? '', /throughput is 20 tasks\/sec.*The retry rate is 0\.125\./);
    const [idle] = detectAnomalies(metrics({ throughput: 0 }), { load_balance: null, retry_rate: null }, [], []);
    assert.match(idle?.description ?? '', /No retry rate: no attempts\./);
  });

  it('names agents that drifted where the schedule was not kept', () => {
    const drifted = [{ agent_id: 'slow', became: 'slower' as const }];
    const [late, failed] = [{ schedule_adherence: 0.5 }, { success_rate: 0.5 }].map(
      (values) => detectAnomalies(metrics(values), side, [], drifted)[0],
    );
    assert.deepEqual([late?.evidence.drifted, failed?.evidence.drifted], [['slow'], []]);
    assert.match(late?.description ?? '', /No longer as fast or slow as they were: slow\.$/);
  });
});
