/** The seven metrics, with the targets that the mission's document sets. */

export const METRIC_NAMES = [
  'success_rate',
  'throughput',
  'agent_utilization',
  'confidence_trajectory',
  'schedule_adherence',
  'learning_impact',
  'optimization_efficiency',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export type Targets = Record<MetricName, number>;

export const DEFAULT_TARGETS: Targets = {
  success_rate: 0.9,
  throughput: 35,
  agent_utilization: 0.7,
  confidence_trajectory: 0.95,
  schedule_adherence: 0.95,
  learning_impact: 0.9,
  optimization_efficiency: 0.9,
};

export const METRIC_UNITS: Record<MetricName, 'ratio' | 'tasks/sec'> = {
  success_rate: 'ratio',
  throughput: 'tasks/sec',
  agent_utilization: 'ratio',
  confidence_trajectory: 'ratio',
  schedule_adherence: 'ratio',
  learning_impact: 'ratio',
  optimization_efficiency: 'ratio',
};
