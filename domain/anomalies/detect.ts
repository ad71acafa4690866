/** The five anomalies: which metric of a wave fell short, how badly, and what to do. */
import { figure, figureBeside } from '../metrics/figure.ts';
import { isBelow } from '../metrics/metric-value.ts';
import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import type { Anomaly, AnomalyType, Metric, Severity, SideMeasures } from '../model/records.ts';
import type { MetricName } from '../model/targets.ts';
import { responsibleAgents, responsibleRiskLevels } from './responsible.ts';

interface Rule {
  type: AnomalyType;
  metric: MetricName;
  severity: Severity;
  /** Ends the sentence "<metric> is … :". */
  meaning: string;
  recommendation: string;
}

/** In the order in which anomalies are reported. */
const RULES: readonly Rule[] = [
  {
    type: 'high_failure',
    metric: 'success_rate',
    severity: 'high',
    meaning: 'too few of the tasks that the gate let run were completed',
    recommendation:
      'Read the errors of the failed tasks, and repair or withdraw the agents named before the next wave.',
  },
  {
    type: 'schedule_drift',
    metric: 'schedule_adherence',
    severity: 'medium',
    meaning: 'too few tasks were completed in time by the agent first planned for them',
    recommendation: 'Compare predicted and actual times of the agents named, and correct the declared times upstream.',
  },
  {
    type: 'confidence_drop',
    metric: 'confidence_trajectory',
    severity: 'medium',
    meaning: 'the evidence of this wave lowered the success probabilities',
    recommendation:
      'Lower the declared success probabilities of the agents named upstream, or lower their confidence_weight.',
  },
  {
    type: 'excessive_retries',
    metric: 'throughput',
    severity: 'low',
    meaning: 'tasks were completed too slowly',
    recommendation:
      'Where the retry rate is high, mend what makes attempts fail; where it is low, raise pace or parallelism of the agents.',
  },
  {
    type: 'optimization_failure',
    metric: 'optimization_efficiency',
    severity: 'high',
    meaning: 'the adjustments brought less of the improvement than their simulation promised',
    recommendation:
      'Compare promised and observed values in the recommendations, and pin another strategy if the gap stays.',
  },
];

/**
 * The anomalies of a wave, in fixed order. One is raised when its metric has data and lies strictly below its
 * `target_value`. It is conclusive when the metric is a share whose whole 95 % interval lies below that target, else weak.
 */
export function detectAnomalies(
  metrics: readonly Metric[],
  side: SideMeasures,
  attempts: readonly AcceptedAttempt[],
  drifted: WaveEvidence['drifted'],
): Anomaly[] {
  return RULES.flatMap((rule) => {
    const metric = metrics.find((candidate) => candidate.metric_name === rule.metric);
    if (metric === undefined || metric.value === null || !isBelow(metric.value, metric.target_value)) return [];
    const blamed: Blamed = {
      agents: responsibleAgents(rule.type, attempts),
      risk_levels: responsibleRiskLevels(rule.type, attempts),
      drifted: rule.type === 'schedule_drift' ? drifted.map(({ agent_id }) => agent_id) : [],
    };
    return [raise(rule, metric, metric.value, side, blamed)];
  });
}

type Blamed = Pick<Anomaly['evidence'], 'agents' | 'risk_levels' | 'drifted'>;

function raise(rule: Rule, metric: Metric, value: number, side: SideMeasures, blamed: Blamed): Anomaly {
  const { target_value: target, sample_size, interval } = metric;
  return {
    anomaly_type: rule.type,
    severity: rule.severity,
    description: describe(rule, metric, value, side, blamed),
    recommendation: rule.recommendation,
    conclusiveness: interval !== null && isBelow(interval[1], target) ? 'conclusive' : 'weak',
    evidence: { metric: rule.metric, value, target, sample_size, interval, ...blamed },
  };
}

function describe(rule: Rule, metric: Metric, value: number, side: SideMeasures, blamed: Blamed): string {
  const unit = metric.unit === 'ratio' ? '' : ` ${metric.unit}`;
  const range =
    metric.interval === null
      ? ''
      : `, 95 % interval ${metric.interval.map((end) => figureBeside(metric.target_value, end)).join('–')}`;
  const parts = [
    `${rule.metric} is ${figureBeside(metric.target_value, value)}${unit}, below its target of ${figure(metric.target_value)}${unit}` +
      ` (sample ${metric.sample_size}${range}): ${rule.meaning}.`,
  ];
  if (rule.type === 'excessive_retries') {
    parts.push(
      side.retry_rate === null ? 'No retry rate: no attempts.' : `The retry rate is ${figure(side.retry_rate)}.`,
    );
  }
  const { agents, risk_levels, drifted } = blamed;
  if (agents.length > 0) parts.push(`Most responsible: ${agents.join(', ')}.`);
  if (risk_levels.length > 0) parts.push(`By risk: ${risk_levels.join(', ')}.`);
  if (drifted.length > 0) parts.push(`No longer as fast or slow as they were: ${drifted.join(', ')}.`);
  return parts.join(' ');
}
