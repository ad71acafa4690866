/** The three learning signals of a wave, to phases 16, 18 and 20. */
import type { JudgedHeuristic } from '../heuristics/judge.ts';
import type { AgentResult } from '../metrics/agent-results.ts';
import { isBelow, NO_DATA, toMetric } from '../metrics/metric-value.ts';
import type {
  Acknowledged,
  Anomaly,
  FeedbackPhase,
  LearningSignal,
  Metric,
  Recommendation,
  SideMeasures,
  TuningAction,
} from '../model/records.ts';
import type { MetricName, Targets } from '../model/targets.ts';
import type { Json } from '../model/task.ts';
import type { AgentError } from './agent-errors.ts';
import { heuristicAdjustments } from './heuristic-adjustments.ts';
import { predictionAdvice } from './prediction-advice.ts';
import { SIGNAL_OF_PHASE, signalId } from './signal-id.ts';

/** What the phases are told of a wave's measures. */
export interface MeasuredWave {
  metrics: Metric[];
  side: SideMeasures;
  anomalies: Anomaly[];
  /** By agent. */
  results: Record<string, AgentResult>;
  calibrationError: { brier: number; ece: number } | null;
  agentErrors: AgentError[];
  heuristics: JudgedHeuristic[];
}

export interface FeedbackQuestion {
  execution_id: string;
  wave: number;
  recommendation: Recommendation;
  measured: MeasuredWave;
  actions: TuningAction[];
  /** What the wave had read when it began; of each phase in the order of its file. */
  acknowledgements: readonly Acknowledged[];
  targets: Targets;
}

/** A metric without an interval is half trusted at so many samples. */
const HALF_TRUST_SAMPLES = 10;

/**
 * Each signal names one metric and which way it means to move it: `raise` where the metric misses its target, `hold`
 * where it meets it or has no data (all seven are better when higher). heuristic_feedback names that of the first anomaly but
 * optimization_failure, success_rate where there is none; the others the one of two that is further below its target:
 * utilisation or adherence, and confidence or adherence. What a phase is asked to change stands beside it, also where the
 * metric holds. A signal's confidence is how well its metric is known: 1 − the width of its 95 % interval, n ÷ (n + 10)
 * where it has none, 0 without data. Ids are the same after a retry.
 */
export function buildSignals(question: FeedbackQuestion): LearningSignal[] {
  return [heuristicFeedback(question), coordinationRefinement(question), predictionTuning(question)];
}

function heuristicFeedback(question: FeedbackQuestion): LearningSignal {
  const { strategy, adjustments, rationale } = question.recommendation;
  const adjusted = Object.keys(adjustments).length > 0;
  const { metrics, anomalies, side, heuristics } = question.measured;
  return signal(question, 16, worstOf(question), {
    strategy,
    adjustments: { ...adjustments },
    rationale,
    metrics: Object.fromEntries(metrics.map(({ metric_name, value }) => [metric_name, value])),
    anomalies: anomalies.map(({ anomaly_type, severity, conclusiveness }) => ({
      anomaly_type,
      severity,
      conclusiveness,
    })),
    heuristic_adjustments: heuristicAdjustments(anomalies, side, adjusted ? strategy : null),
    heuristics,
  });
}

/** Of the first anomaly that heuristics can do something about: what strategies achieved is not theirs. */
function worstOf(question: FeedbackQuestion): Metric {
  const first = question.measured.anomalies.find(({ anomaly_type }) => anomaly_type !== 'optimization_failure');
  return metricOf(question, first?.evidence.metric ?? 'success_rate');
}

function coordinationRefinement(question: FeedbackQuestion): LearningSignal {
  const { side, results } = question.measured;
  const utilization = metricOf(question, 'agent_utilization');
  const adherence = metricOf(question, 'schedule_adherence');
  return signal(question, 18, worse(utilization, adherence), {
    load_balance: side.load_balance,
    retry_rate: side.retry_rate,
    agent_utilization: utilization.value,
    schedule_adherence: adherence.value,
    tuning_actions: question.actions.filter(isChange).map(({ agent_id, before, after, reason }) => ({
      agent_id,
      before: { ...before },
      after: { ...after },
      reason,
    })),
    agents: Object.entries(results).map(([agent_id, result]) => ({
      agent_id,
      attempts: result.attempts,
      success_rate: result.success_rate,
      retry_rate: result.retry_rate,
      utilization: result.utilization,
      mean_attempt_ms: result.mean_attempt_ms,
    })),
  });
}

function predictionTuning(question: FeedbackQuestion): LearningSignal {
  const confidence = metricOf(question, 'confidence_trajectory');
  const success = metricOf(question, 'success_rate');
  const { calibrationError: error, agentErrors } = question.measured;
  return signal(question, 20, worse(confidence, metricOf(question, 'schedule_adherence')), {
    confidence_trajectory: confidence.value,
    success_rate: success.value,
    calibration_error: error && { brier: error.brier, ece: error.ece },
    recommendations: predictionAdvice(confidence, success, error, agentErrors),
    agents: agentErrors,
  });
}

function signal(
  question: FeedbackQuestion,
  phase: FeedbackPhase,
  metric: Metric,
  details: Record<string, Json>,
): LearningSignal {
  const { value, target_value: target } = metric;
  return {
    signal_id: signalId(question.execution_id, question.wave, phase),
    signal_type: SIGNAL_OF_PHASE[phase],
    target_phase: phase,
    confidence: trust(metric),
    content: {
      wave: question.wave,
      metric: metric.metric_name,
      direction: value !== null && isBelow(value, target) ? 'raise' : 'hold',
      value,
      target,
      acknowledged: question.acknowledgements.findLast((one) => one.phase === phase)?.signal_id ?? null,
      ...details,
    },
  };
}

/** The one further below its target; the first where both are equally far, the one with data where one has none. */
function worse(first: Metric, second: Metric): Metric {
  if (second.value === null) return first;
  if (first.value === null) return second;
  return second.value / second.target_value < first.value / first.target_value ? second : first;
}

function trust({ value, interval, sample_size }: Metric): number {
  if (value === null) return 0;
  if (interval !== null) return 1 - (interval[1] - interval[0]);
  return sample_size / (sample_size + HALF_TRUST_SAMPLES);
}

function isChange({ before, after }: TuningAction): boolean {
  return (Object.keys(after) as (keyof typeof after)[]).some((name) => after[name] !== before[name]);
}

/** A metric that was not measured is one without data. */
function metricOf({ measured, targets }: FeedbackQuestion, name: MetricName): Metric {
  return measured.metrics.find(({ metric_name }) => metric_name === name) ?? toMetric(name, NO_DATA, targets);
}
