import type { AcceptedAttempt, WaveEvidence } from '../model/evidence.ts';
import type { Metric, SideMeasures } from '../model/records.ts';
import { METRIC_NAMES, type MetricName } from '../model/targets.ts';
import { agentUtilization } from './agent-utilization.ts';
import { confidenceTrajectory } from './confidence-trajectory.ts';
import { learningImpact } from './learning-impact.ts';
import { loadBalance } from './load-balance.ts';
import { toMetric, type Measurement } from './metric-value.ts';
import { optimizationEfficiency } from './optimization-efficiency.ts';
import { retryRate } from './retry-rate.ts';
import { scheduleAdherence } from './schedule-adherence.ts';
import { successRate } from './success-rate.ts';
import { throughput } from './throughput.ts';

/** The seven metrics, in the order of METRIC_NAMES, and the two measures beside them. */
export function measureWave(
  evidence: WaveEvidence,
  attempts: readonly AcceptedAttempt[],
): { metrics: Metric[]; side: SideMeasures } {
  const direct = {
    success_rate: successRate(evidence, attempts),
    throughput: throughput(evidence, attempts),
    agent_utilization: agentUtilization(evidence, attempts),
    confidence_trajectory: confidenceTrajectory(attempts),
    schedule_adherence: scheduleAdherence(evidence, attempts),
    optimization_efficiency: optimizationEfficiency(evidence),
  };
  const learning = learningImpact(evidence, direct);
  const measurements: Record<MetricName, Measurement> = { ...direct, learning_impact: learning };
  return {
    metrics: METRIC_NAMES.map((name) => toMetric(name, measurements[name], evidence.targets)),
    side: { load_balance: loadBalance(evidence, attempts), retry_rate: retryRate(attempts) },
  };
}
