/** Computes a wave's metrics, anomalies and health again, from its outcomes and evidence alone. */
import { detectAnomalies } from '../../domain/anomalies/detect.ts';
import { scoreHealth } from '../../domain/health/score.ts';
import { measureWave } from '../../domain/metrics/measure-wave.ts';
import type { AcceptedAttempt, WaveEvidence } from '../../domain/model/evidence.ts';
import type { OutcomeRecord, SideMeasures } from '../../domain/model/records.ts';
import { differences } from './differences.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { Row } from './record-reader.ts';
import type { WaveRecords } from './wave-records.ts';

/** What metrics need of an outcome. */
export function acceptedAttempt(row: OutcomeRecord): AcceptedAttempt {
  const { task_id, agent_id, risk_level, attempt, status, final, confidence_before, confidence_after } = row;
  const [started_at, finished_at] = [Date.parse(row.started_at), Date.parse(row.finished_at)];
  return {
    task_id,
    agent_id,
    risk_level,
    attempt,
    status,
    final,
    started_at,
    finished_at,
    confidence_before,
    confidence_after,
  };
}

/** Compares what was recorded with what is computed again; answers with the two side measures, null without evidence. */
export function checkMeasures(wave: WaveRecords, tell: Tell): SideMeasures | null {
  const { evidence, outcomes } = wave;
  if (evidence === null) return null;
  const off = teller(tell, 'measures');
  for (const row of outcomes) {
    const { started_at, finished_at, execution_time_ms } = row.value;
    const span = Date.parse(finished_at) - Date.parse(started_at);
    if (span !== execution_time_ms)
      off(row, `execution_time_ms: expected ${span}, from start to finish, found ${execution_time_ms}`);
  }
  const attempts = outcomes.map(({ value }) => acceptedAttempt(value));
  const again = measureAgain(evidence.value, attempts);
  if ('problem' in again) {
    off(evidence, again.problem);
    return null;
  }
  const { metrics, side, anomalies } = again;
  const file = (name: string) => `${wave.place.folder}/records/${name}`;
  compare('metric_name', metrics, wave.metrics, file('metrics.jsonl'), tell);
  compare('anomaly_type', anomalies, wave.anomalies, file('anomalies.jsonl'), tell);
  if (wave.health) {
    const expected = {
      ...scoreHealth(metrics),
      metrics: Object.fromEntries(metrics.map(({ metric_name, value }) => [metric_name, value])),
      anomaly_count: anomalies.length,
    };
    for (const text of differences(expected, wave.health.value)) off(wave.health, `computed again, ${text}`);
  }
  return side;
}

/** Damaged records can break what measuring takes for granted, such as more completed tasks than were let run. */
function measureAgain(evidence: WaveEvidence, attempts: AcceptedAttempt[]) {
  try {
    const { metrics, side } = measureWave(evidence, attempts);
    return { metrics, side, anomalies: detectAnomalies(metrics, side, attempts, evidence.drifted) };
  } catch (error) {
    return { problem: `the metrics cannot be computed again: ${(error as Error).message}` };
  }
}

/** Compares by name: each expected record is there once, in this order, and says the same. */
function compare<Key extends string>(
  key: Key,
  expected: readonly Record<Key, string>[],
  found: readonly Row<Record<Key, string>>[],
  file: string,
  tell: Tell,
): void {
  const off = teller(tell, 'measures');
  const [names, recorded] = [expected.map((one) => one[key]), found.map(({ value }) => value[key])];
  if (names.join() !== recorded.join()) {
    off(
      { file, line: null },
      `computed again, expected ${names.join(', ') || 'none'}, found ${recorded.join(', ') || 'none'}`,
    );
  }
  for (const one of expected) {
    const row = found.find(({ value }) => value[key] === one[key]);
    if (row) for (const text of differences(one, row.value)) off(row, `${one[key]} computed again, ${text}`);
  }
}
