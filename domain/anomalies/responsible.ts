/** Which agents and risk levels an anomaly is most owed to, worst first. */
import { attemptsBy, busyMs } from '../metrics/window.ts';
import type { AcceptedAttempt } from '../model/evidence.ts';
import type { AnomalyType } from '../model/records.ts';
import type { RiskLevel } from '../model/task.ts';

const NAMED_MAX = 3;

/**
 * At most three agents; none where the attempts show no culprit. By anomaly:
 * high_failure: tasks whose final attempt here did not complete, most first; confidence_drop: largest fall of
 * confidence, summed over tasks; schedule_drift: latest last outcome; excessive_retries: most time spent per completed
 * task, failed attempts included. The last two name only agents no better than the fleet's mean.
 */
export function responsibleAgents(anomaly: AnomalyType, attempts: readonly AcceptedAttempt[]): string[] {
  return responsible(
    anomaly,
    attempts,
    attemptsBy(attempts, ({ agent_id }) => agent_id),
  );
}

/** The same of risk levels; none for schedule_drift, since the order of tasks decides which level is done last. */
export function responsibleRiskLevels(anomaly: AnomalyType, attempts: readonly AcceptedAttempt[]): RiskLevel[] {
  if (anomaly === 'schedule_drift') return [];
  return responsible(
    anomaly,
    attempts,
    attemptsBy(attempts, ({ risk_level }) => risk_level),
  );
}

function responsible<Key extends string>(
  anomaly: AnomalyType,
  attempts: readonly AcceptedAttempt[],
  groups: ReadonlyMap<Key, AcceptedAttempt[]>,
): Key[] {
  const scored = (blame: (own: readonly AcceptedAttempt[]) => number) =>
    [...groups].map(([key, own]) => ({ key, blame: blame(own) }));
  switch (anomaly) {
    case 'high_failure':
      return worst(
        scored((own) => own.filter((attempt) => attempt.final && attempt.status !== 'completed').length),
        0,
      );
    case 'confidence_drop':
      return worst(scored(confidenceLost), 0);
    case 'schedule_drift': {
      const ends = scored((own) => own.reduce((last, attempt) => Math.max(last, attempt.finished_at), -Infinity));
      const mean = ends.reduce((sum, end) => sum + end.blame, 0) / ends.length;
      return worst(ends, mean, 'at least');
    }
    case 'excessive_retries':
      return worst(scored(timePerCompleted), timePerCompleted(attempts), 'at least');
    case 'optimization_failure':
      return [];
  }
}

interface Scored<Key> {
  key: Key;
  blame: number;
}

function worst<Key>(groups: readonly Scored<Key>[], floor: number, compare: 'above' | 'at least' = 'above'): Key[] {
  return groups
    .filter(({ blame }) => (compare === 'above' ? blame > floor : blame >= floor))
    .sort((a, b) => (a.blame === b.blame ? (a.key < b.key ? -1 : 1) : a.blame > b.blame ? -1 : 1))
    .slice(0, NAMED_MAX)
    .map(({ key }) => key);
}

function confidenceLost(attempts: readonly AcceptedAttempt[]): number {
  return attempts
    .filter((attempt) => attempt.final)
    .reduce((sum, attempt) => sum + attempt.confidence_before - attempt.confidence_after, 0);
}

function timePerCompleted(attempts: readonly AcceptedAttempt[]): number {
  const completed = attempts.filter((attempt) => attempt.status === 'completed').length;
  return completed === 0 ? Infinity : busyMs(attempts) / completed;
}
