/** Phase 20 of the demo: what it measured of its own predictions. */
import type { Json } from '../model/task.ts';
import { demoBaseMs, offsetTimestamp } from './demo-time.ts';

const METRICS: readonly { name: string; value: number; target: number; min: number; status: string }[] = [
  { name: 'prediction_accuracy', value: 0.88, target: 0.85, min: 0.75, status: 'normal' },
  { name: 'schedule_adherence', value: 0.71, target: 0.9, min: 0.8, status: 'critical' },
  { name: 'load_balance_efficiency', value: 0.83, target: 0.85, min: 0.75, status: 'warning' },
  { name: 'confidence_improvement', value: 0.0203, target: 0.02, min: 0.0, status: 'normal' },
  { name: 'model_reliability', value: 0.86, target: 0.9, min: 0.8, status: 'warning' },
];

/** `phase20/metrics.jsonl`. */
export function predictionMetrics(seed: number): Json[] {
  return METRICS.map(({ name, value, target, min, status }, row) => ({
    metric_name: name,
    value,
    unit: 'ratio',
    target_value: target,
    threshold_min: min,
    threshold_max: 1,
    status,
    timestamp: reportTimestamp(seed, row),
  }));
}

/** `phase20/anomalies.jsonl`. */
export function predictionAnomalies(seed: number): Json[] {
  return [
    {
      anomaly_id: 'AN_PREDICTION_DRIFT',
      anomaly_type: 'prediction_drift',
      severity: 'medium',
      description: 'Observed times differ from predicted times; no agent is singled out.',
      affected_waves: [2],
      affected_agents: [],
      recommendation: 'Measure execution times per agent.',
      timestamp: reportTimestamp(seed, 5),
    },
    {
      anomaly_id: 'AN_THROUGHPUT_LOSS',
      anomaly_type: 'throughput_loss',
      severity: 'high',
      description: 'Throughput 24.00 tasks/s is below 35.00 tasks/s.',
      affected_waves: [1, 2],
      affected_agents: [],
      recommendation: 'Raise parallelism where agents have free slots.',
      timestamp: reportTimestamp(seed, 6),
    },
  ];
}

/** `phase20/learning_signals.jsonl`. */
export function predictionSignals(seed: number): Json[] {
  return [
    {
      feedback_id: 'P20_LS_HEURISTIC_EFFECTIVENESS',
      feedback_type: 'heuristic_effectiveness',
      confidence: 0.81,
      description: 'Confidence rises a little with every wave.',
      recommendation: 'Keep the heuristics.',
      supporting_evidence: ['Average confidence delta: 0.0203'],
      timestamp: reportTimestamp(seed, 7),
    },
    {
      feedback_id: 'P20_LS_SCHEDULE_QUALITY',
      feedback_type: 'schedule_quality',
      confidence: 0.74,
      description: 'Tasks end later than scheduled on some agents.',
      recommendation: 'Plan with observed times.',
      supporting_evidence: ['Schedule adherence: 0.7100'],
      timestamp: reportTimestamp(seed, 8),
    },
  ];
}

/** `phase20/system_health.json`. */
export function predictionHealth(seed: number): Json {
  return {
    overall_health_score: 84.5,
    health_status: 'GOOD',
    components: {
      prediction_accuracy: 88,
      schedule_adherence: 71,
      load_balance_efficiency: 83,
      model_reliability: 86,
    },
    detected_anomalies: 2,
    timestamp: reportTimestamp(seed, 9),
  };
}

function reportTimestamp(seed: number, row: number): string {
  return offsetTimestamp(demoBaseMs(seed) + 120_000 + row, 113);
}
