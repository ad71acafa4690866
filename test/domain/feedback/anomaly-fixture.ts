import type { Anomaly, AnomalyType } from '../../../domain/model/records.ts';
import type { MetricName } from '../../../domain/model/targets.ts';

export const anomaly = (anomaly_type: AnomalyType, named: MetricName = 'success_rate'): Anomaly => ({
  anomaly_type,
  severity: 'high',
  description: 'd',
  recommendation: 'r',
  conclusiveness: 'conclusive',
  evidence: {
    metric: named,
    value: 0.5,
    target: 0.9,
    sample_size: 30,
    interval: null,
    agents: [],
    risk_levels: [],
    drifted: [],
  },
});
