/** The output records, field by field as they are written. Every record also carries `execution_id` and `dry_run`. */
import type { ForecastCalibration } from './forecast.ts';
import type { Adjustments, TunedParameters } from './agent.ts';
import type { MoveReason } from './plan.ts';
import type { Json, RiskLevel } from './task.ts';
import type { MetricName } from './targets.ts';

export interface Stamp {
  execution_id: string;
  dry_run: boolean;
}

export type MetricStatus = 'normal' | 'warning' | 'critical' | 'no_data';

/** A metric before it is stamped. `interval` is the 95 % Wilson interval of a share, else null. */
export interface Metric {
  metric_name: MetricName;
  value: number | null;
  unit: 'ratio' | 'tasks/sec';
  target_value: number;
  status: MetricStatus;
  sample_size: number;
  interval: [number, number] | null;
  /** Of learning_impact: what the phases said of the signals of the wave before. */
  acknowledgements?: AcknowledgementCounts;
}
/** `applied_value`: the mean over the signals said to be applied whose metric had missed its target; null: there is none. */
export interface AcknowledgementCounts {
  applied: number;
  rejected: number;
  applied_value: number | null;
}
export interface MetricRecord extends Metric, Stamp {
  wave: number;
  timestamp: string;
}

/** The two measures beside the seven, for strategy choice. */
export interface SideMeasures {
  load_balance: number | null;
  retry_rate: number | null;
}

export type AnomalyType =
  'high_failure' | 'schedule_drift' | 'confidence_drop' | 'excessive_retries' | 'optimization_failure';
export type Severity = 'low' | 'medium' | 'high';
export interface Anomaly {
  anomaly_type: AnomalyType;
  severity: Severity;
  description: string;
  recommendation: string;
  conclusiveness: 'conclusive' | 'weak';
  evidence: {
    metric: MetricName;
    value: number;
    target: number;
    sample_size: number;
    interval: [number, number] | null;
    /** Agents and risk levels most responsible, worst first. */
    agents: string[];
    risk_levels: RiskLevel[];
    /** Agents that became slower or faster than they were, where that has to do with the anomaly. */
    drifted: string[];
  };
}
export interface AnomalyRecord extends Anomaly, Stamp {
  anomaly_id: string;
  wave: number;
  timestamp: string;
}

export type HealthStatus = 'EXCELLENT' | 'GOOD' | 'FAIR' | 'POOR' | 'NO_DATA';
export interface Health {
  overall_health_score: number | null;
  health_status: HealthStatus;
}
export interface HealthRecord extends Health, Stamp {
  wave: number;
  metrics: Partial<Record<MetricName, number | null>>;
  anomaly_count: number;
  timestamp: string;
}

export const STRATEGY_NAMES = [
  'maximize_success',
  'maximize_throughput',
  'balance_load',
  'minimize_retries',
  'maximize_confidence',
] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

export type SignalType = 'heuristic_feedback' | 'coordination_refinement' | 'prediction_tuning';
/** The phases that signals go to. */
export const FEEDBACK_PHASES = [16, 18, 20] as const;
export type FeedbackPhase = (typeof FEEDBACK_PHASES)[number];
/** What a phase said of a signal that it was sent. */
export interface Acknowledged {
  phase: FeedbackPhase;
  signal_id: string;
  status: 'applied' | 'rejected';
}
export interface LearningSignal {
  signal_id: string;
  signal_type: SignalType;
  target_phase: FeedbackPhase;
  /** 0–1. */
  confidence: number;
  content: {
    wave: number;
    /** The metric that the signal means to move, and which way. */
    metric: MetricName;
    direction: 'raise' | 'hold';
    value: number | null;
    target: number;
    /** The phase's latest acknowledgement that the wave had read when it began; null: none. */
    acknowledged: string | null;
    [key: string]: Json;
  };
}
export interface LearningSignalRecord extends LearningSignal, Stamp {
  timestamp: string;
}

export interface Recommendation {
  strategy: StrategyName;
  adjustments: Adjustments;
  /** On the strategy's target metric: simulated change, with its 95 % interval; null: nothing to simulate. */
  expected_impact: {
    metric: MetricName | 'load_balance' | 'retry_rate';
    change: number;
    interval: [number, number];
  } | null;
  /** 0–1. */
  confidence: number;
  rationale: string;
}
export interface RecommendationRecord extends Recommendation, Stamp {
  wave: number;
  timestamp: string;
}

/** A change of one agent's parameters between two waves. */
export interface TuningAction {
  agent_id: string;
  before: TunedParameters;
  after: TunedParameters;
  reason: string;
  expected_impact: string;
}
export interface TunedParametersRecord extends Stamp {
  agent_id: string;
  wave: number;
  parameters: TunedParameters;
  before: TunedParameters;
  reason: string;
  expected_impact: string;
  timestamp: string;
}

export type Approval = 'approved' | 'deferred' | 'rejected';
export interface GateDecision {
  task_id: string;
  attempt: number;
  risk_level: RiskLevel;
  confidence: number;
  threshold: number;
  approval: Approval;
  reason: string;
  approver: string | null;
  /** True only where a signature proved who approved. */
  verified: boolean;
  /** True where an approver let a confidence below the threshold pass. */
  override: boolean;
}
export interface GateDecisionRecord extends GateDecision, Stamp {
  wave: number;
  timestamp: string;
}

export interface MoveRecord extends Stamp {
  wave: number;
  task_id: string;
  from_agent: string;
  to_agent: string;
  reason: MoveReason;
  plan_version: number;
  timestamp: string;
}

export interface ScheduleRecord extends Stamp {
  task_id: string;
  agent_id: string;
  wave: number;
  priority: number;
  predicted_success: number;
  scheduled_time: string;
  predicted_end: string;
}

export interface OutcomeRecord extends Stamp {
  task_id: string;
  agent_id: string;
  wave: number;
  attempt: number;
  final: boolean;
  status: 'completed' | 'failed' | 'cancelled';
  risk_level: RiskLevel;
  started_at: string;
  finished_at: string;
  execution_time_ms: number;
  confidence_before: number;
  confidence_after: number;
  /** The agent's own report; stored, never counted. */
  agent_confidence: number | null;
  /** Attempts before this one. */
  retries: number;
  cost: number | null;
  error: string | null;
  output?: Json;
  output_ref?: string;
  output_sha256: string | null;
  idempotency_key: string;
}

export interface DeadLetterRecord extends Stamp {
  task_id: string;
  wave: number;
  agent_id: string | null;
  attempts: number;
  reason: string;
  timestamp: string;
}

export interface SummaryRecord extends Stamp {
  status: string;
  waves_executed: number;
  total_tasks: number;
  completed_tasks: number;
  failed_tasks: number;
  deferred_tasks: number;
  rejected_tasks: number;
  success_rate: number | null;
  system_health_score: number | null;
  start_time: string;
  end_time: string;
  learning_signals_generated: number;
  anomalies_detected: number;
  /** Over all scored waves of the dataset, those of earlier live runs too. */
  forecast_calibration: ForecastCalibration;
}
