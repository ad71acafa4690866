/** Which agents and risk levels an anomaly is most owed to, worst first. */
import { busyMs } from '../metrics/window.ts';
import { groupBy } from '../model/group-by.ts';
import type { AcceptedAttempt } from '../model/evidence.ts';
import type { AnomalyType } from '../model/records.ts';
import type { RiskLevel } from '../model/task.ts';

const NAMED_MAX = 3;
/** Time lost to failures that is a smaller part of all explains no lack of throughput. */
const LOST_SHARE = 0.1;
/** Differences of sums that are smaller come of their order alone. */
const ROUNDING = 1e-9;

/**
 * At most three agents; none where the attempts show no culprit. Those that have more of the harm than their part of the work
 * would have had at the wave's mean, by how much more; an agent that was alone has all of it:
 *
 *   high_failure: tasks whose final attempt did not complete, of all final ones;
 *   confidence_drop: fall of confidence, by final attempts;
 *   excessive_retries: time spent on attempts that did not complete, by completed tasks; where they are less than a
 *     tenth of all time, all time.
 *
 * schedule_drift: the latest last outcomes, those no earlier than their mean. optimization_failure: nobody.
 */
export function responsibleAgents(anomaly: AnomalyType, attempts: readonly AcceptedAttempt[]): string[] {
  const groups = groupBy(attempts, ({ agent_id }) => agent_id);
  if (anomaly === 'schedule_drift') return latest(groups);
  return worst(shares(anomaly, attempts, groups).filter(({ more }) => more > ROUNDING || groups.size === 1));
}

/**
 * The same of risk levels, but of a wave of one level there are none. None for
 * schedule_drift, since the order of tasks decides which level is done last.
 */
export function responsibleRiskLevels(anomaly: AnomalyType, attempts: readonly AcceptedAttempt[]): RiskLevel[] {
  if (anomaly === 'schedule_drift') return [];
  const groups = groupBy(attempts, ({ risk_level }) => risk_level);
  return worst(shares(anomaly, attempts, groups).filter(({ more }) => more > ROUNDING));
}

interface Harm {
  done: number;
  /** The work that the harm is divided by. */
  work: number;
}

interface Share<Key> {
  key: Key;
  /** Harm beyond what as much work had at the mean. */
  more: number;
}

/** Of the groups that did any harm. */
function shares<Key extends string>(
  anomaly: AnomalyType,
  attempts: readonly AcceptedAttempt[],
  groups: ReadonlyMap<Key, AcceptedAttempt[]>,
): Share<Key>[] {
  const harm = harmOf(anomaly, attempts);
  if (harm === null) return [];
  const all = harm(attempts);
  return [...groups].flatMap(([key, own]) => {
    const { done, work } = harm(own);
    return done > 0 ? [{ key, more: done - (all.work > 0 ? (work * all.done) / all.work : 0) }] : [];
  });
}

function harmOf(
  anomaly: AnomalyType,
  attempts: readonly AcceptedAttempt[],
): ((own: readonly AcceptedAttempt[]) => Harm) | null {
  const finals = (own: readonly AcceptedAttempt[]) => own.filter((attempt) => attempt.final);
  const isCompleted = ({ status }: AcceptedAttempt) => status === 'completed';
  switch (anomaly) {
    case 'high_failure':
      return (own) => ({
        done: finals(own).filter((attempt) => !isCompleted(attempt)).length,
        work: finals(own).length,
      });
    case 'confidence_drop':
      return (own) => ({
        done: finals(own).reduce((sum, attempt) => sum + attempt.confidence_before - attempt.confidence_after, 0),
        work: finals(own).length,
      });
    case 'excessive_retries': {
      const lost = busyMs(attempts.filter((attempt) => !isCompleted(attempt)));
      const byFailures = lost >= LOST_SHARE * busyMs(attempts);
      return (own) => ({
        done: busyMs(byFailures ? own.filter((attempt) => !isCompleted(attempt)) : own),
        work: own.filter(isCompleted).length,
      });
    }
    case 'schedule_drift':
    case 'optimization_failure':
      return null;
  }
}

function latest<Key extends string>(groups: ReadonlyMap<Key, AcceptedAttempt[]>): Key[] {
  const ends = [...groups].map(([key, own]) => ({
    key,
    more: own.reduce((last, attempt) => Math.max(last, attempt.finished_at), -Infinity),
  }));
  const mean = ends.reduce((sum, { more }) => sum + more, 0) / ends.length;
  return worst(ends.filter(({ more }) => more >= mean));
}

/** Equal ones by name. */
function worst<Key extends string>(named: readonly Share<Key>[]): Key[] {
  return [...named]
    .sort((a, b) => (Math.abs(a.more - b.more) <= ROUNDING ? (a.key < b.key ? -1 : 1) : b.more - a.more))
    .slice(0, NAMED_MAX)
    .map(({ key }) => key);
}
