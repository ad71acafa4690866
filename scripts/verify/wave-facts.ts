/** What is kept of a wave once its rows have been checked: small, so that a dataset of many tasks fits. */
import type { TunedParameters } from '../../domain/model/agent.ts';
import type { Rollout, SentSignal } from '../../domain/model/evidence.ts';
import type * as Records from '../../domain/model/records.ts';
import type { Targets } from '../../domain/model/targets.ts';
import type { WavePlace, WaveRecords } from './wave-records.ts';

export interface WaveFacts {
  place: WavePlace;
  targets: Targets | null;
  metrics: Records.MetricRecord[];
  side: Records.SideMeasures | null;
  anomalies: Records.AnomalyRecord[];
  score: number | null;
  status: Records.HealthStatus | null;
  signals: Records.LearningSignalRecord[];
  recommendation: Records.RecommendationRecord | null;
  parameters: Records.TunedParametersRecord[];
  moves: Records.MoveRecord[];
  /** Signals of the wave before that this wave was measured against. */
  sentSignals: SentSignal[];
  rollouts: Rollout[];
  /** Tasks planned, by agent. */
  planned: Record<string, number>;
  counts: {
    attempts: number;
    executed: number;
    completed: number;
    deadLetters: number;
    deferred: number;
    rejected: number;
    /** Attempts whose evidence changed the calibrated confidence. */
    confidenceMoved: number;
    approvedByPeople: number;
  };
}

export function waveFacts(wave: WaveRecords, side: Records.SideMeasures | null): WaveFacts {
  const evidence = wave.evidence?.value ?? null;
  const outcomes = wave.outcomes.map(({ value }) => value);
  const finals = outcomes.filter((row) => row.final);
  const planned: Record<string, number> = {};
  for (const { value } of wave.schedule) planned[value.agent_id] = (planned[value.agent_id] ?? 0) + 1;
  return {
    place: wave.place,
    targets: evidence?.targets ?? null,
    metrics: wave.metrics.map(({ value }) => value),
    side,
    anomalies: wave.anomalies.map(({ value }) => value),
    score: wave.health?.value.overall_health_score ?? null,
    status: wave.health?.value.health_status ?? null,
    signals: wave.signals.map(({ value }) => value),
    recommendation: wave.recommendations[0]?.value ?? null,
    parameters: wave.parameters.map(({ value }) => value),
    moves: wave.moves.map(({ value }) => value),
    sentSignals: evidence?.signals ?? [],
    rollouts: evidence?.rollouts ?? [],
    planned,
    counts: {
      attempts: outcomes.length,
      executed: finals.length,
      completed: finals.filter((row) => row.status === 'completed').length,
      deadLetters: wave.deadLetters.length,
      deferred: evidence?.deferred ?? 0,
      rejected: evidence?.rejected ?? 0,
      confidenceMoved: outcomes.filter((row) => row.confidence_after !== row.confidence_before).length,
      approvedByPeople: wave.decisions.filter(({ value }) => value.approval === 'approved' && value.approver !== null)
        .length,
    },
  };
}

/** By agent: the parameters in force in the wave. */
export function parametersOf(wave: WaveFacts | null): Map<string, TunedParameters> {
  return new Map((wave?.parameters ?? []).map(({ agent_id, parameters }) => [agent_id, parameters]));
}
