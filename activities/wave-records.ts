/** Builds every output record of a wave from what its activities left. The same files give the same bytes. */
import type { MeasureStageResult } from '../domain/wave/measure-stage.ts';
import type { AttemptLine } from '../domain/model/outcome.ts';
import type { LaneRow, Move, Unplaceable } from '../domain/model/plan.ts';
import type {
  AnomalyRecord,
  DeadLetterRecord,
  GateDecision,
  GateDecisionRecord,
  HealthRecord,
  LearningSignal,
  LearningSignalRecord,
  MetricRecord,
  MoveRecord,
  OutcomeRecord,
  RecommendationRecord,
  ScheduleRecord,
  Stamp,
  TunedParametersRecord,
} from '../domain/model/records.ts';
import { repeatReason } from '../domain/gate/decide-task.ts';
import type { ChosenStrategy } from '../domain/wave/choose-stage.ts';
import type { TuningFile } from '../store/waves/wave-files.ts';

/** Everything that the records of a wave are made of. `at` is epoch milliseconds. */
export interface WaveRecordSources {
  stamp: Stamp;
  wave: number;
  at: number;
  lines: AttemptLine[];
  measured: MeasureStageResult;
  signals: LearningSignal[];
  chosen: ChosenStrategy;
  tuning: TuningFile;
  /** By plan version, ascending. */
  decisions: { at: number; decisions: GateDecision[] }[];
  moves: { at: number; moves: Move[] }[];
  dead: Unplaceable[];
  /** Rows as first released, and the release. */
  schedule: { row: LaneRow; originAt: number }[];
}

const iso = (at: number) => new Date(at).toISOString();

export function metricRecords({ stamp, wave, at, measured }: WaveRecordSources): MetricRecord[] {
  return measured.metrics.map((metric) => ({ ...stamp, wave, ...metric, timestamp: iso(at) }));
}

export function anomalyRecords({ stamp, wave, at, measured }: WaveRecordSources): AnomalyRecord[] {
  return measured.anomalies.map((anomaly) => ({
    ...stamp,
    anomaly_id: `${stamp.execution_id}/w${wave}/${anomaly.anomaly_type}`,
    wave,
    ...anomaly,
    timestamp: iso(at),
  }));
}

export function healthRecord({ stamp, wave, at, measured }: WaveRecordSources): HealthRecord {
  return {
    ...stamp,
    wave,
    ...measured.health,
    metrics: Object.fromEntries(measured.metrics.map(({ metric_name, value }) => [metric_name, value])),
    anomaly_count: measured.anomalies.length,
    timestamp: iso(at),
  };
}

export function signalRecords({ stamp, at, signals }: WaveRecordSources): LearningSignalRecord[] {
  return signals.map((signal) => ({ ...stamp, ...signal, timestamp: iso(at) }));
}

export function recommendationRecord({ stamp, wave, at, chosen }: WaveRecordSources): RecommendationRecord {
  return { ...stamp, wave, ...chosen.recommendation, timestamp: iso(at) };
}

export function tunedParametersRecords(sources: WaveRecordSources): TunedParametersRecord[] {
  const { stamp, wave, at, tuning } = sources;
  return tuning.actions.map(({ agent_id, before, after, reason, expected_impact }) => ({
    ...stamp,
    agent_id,
    wave,
    parameters: after,
    before,
    reason,
    expected_impact,
    timestamp: iso(at),
  }));
}

/**
 * One decision per task and attempt, the latest where a new plan decided again. Further attempts on the same agent were
 * held against the gate by the executor; their lines say with what confidence.
 */
export function decisionRecords(sources: WaveRecordSources): GateDecisionRecord[] {
  const { stamp, wave } = sources;
  const records = new Map<string, GateDecisionRecord>();
  for (const { at, decisions } of sources.decisions) {
    for (const decision of decisions) {
      records.set(`${decision.task_id}/${decision.attempt}`, { ...stamp, wave, ...decision, timestamp: iso(at) });
    }
  }
  for (const line of sources.lines) {
    const key = `${line.task_id}/${line.attempt}`;
    const before = records.get(`${line.task_id}/${line.attempt - 1}`);
    if (records.has(key) || !before) continue;
    records.set(key, {
      ...before,
      attempt: line.attempt,
      confidence: line.confidence,
      threshold: line.threshold,
      approval: 'approved',
      reason: repeatReason(line, before.approver),
      timestamp: iso(line.started_at),
    });
  }
  return [...records.values()];
}

export function moveRecords({ stamp, wave, moves }: WaveRecordSources): MoveRecord[] {
  return moves.flatMap(({ at, moves: made }) => made.map((move) => ({ ...stamp, wave, ...move, timestamp: iso(at) })));
}

export function deadLetterRecords({ stamp, wave, at, lines, dead }: WaveRecordSources): DeadLetterRecord[] {
  const last = new Map(lines.map((line) => [line.task_id, line]));
  const usedUp = [...last.values()]
    .filter((line) => line.verdict === 'dead')
    .map((line) => ({
      task_id: line.task_id,
      reason: `all ${line.attempt} attempts failed; the last: ${line.error ?? 'no error text'}`,
    }));
  return [...usedUp, ...dead].map(({ task_id, reason }) => ({
    ...stamp,
    task_id,
    wave,
    agent_id: last.get(task_id)?.agent_id ?? null,
    attempts: last.get(task_id)?.attempt ?? 0,
    reason,
    timestamp: iso(at),
  }));
}

export function scheduleRecords({ stamp, wave, schedule }: WaveRecordSources): ScheduleRecord[] {
  return schedule.map(({ row, originAt }) => ({
    ...stamp,
    task_id: row.task_id,
    agent_id: row.agent_id,
    wave,
    priority: row.priority,
    predicted_success: row.predicted_success,
    scheduled_time: iso(Math.round(originAt + row.start_ms)),
    predicted_end: iso(Math.round(originAt + row.end_ms)),
  }));
}

export function outcomeRecords({ stamp, wave, lines, measured }: WaveRecordSources): OutcomeRecord[] {
  return lines.map((line, index) => {
    const attempt = measured.attempts[index];
    return {
      ...stamp,
      task_id: line.task_id,
      agent_id: line.agent_id,
      wave,
      attempt: line.attempt,
      final: attempt?.final ?? false,
      status: line.status,
      risk_level: line.risk_level,
      started_at: iso(line.started_at),
      finished_at: iso(line.finished_at),
      execution_time_ms: line.finished_at - line.started_at,
      confidence_before: attempt?.confidence_before ?? line.confidence,
      confidence_after: attempt?.confidence_after ?? line.confidence,
      agent_confidence: line.agent_confidence,
      retries: line.attempt - 1,
      cost: line.cost,
      error: line.error,
      ...(line.output_ref === null ? { output: line.output } : { output_ref: line.output_ref }),
      output_sha256: line.output_sha256,
      idempotency_key: line.idempotency_key,
    };
  });
}
