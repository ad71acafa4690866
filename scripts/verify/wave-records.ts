/** All records of one wave, read back. */
import { evidenceRecord, quarantineRecord } from '../../contracts/output-files.ts';
import * as schema from '../../contracts/output-records.ts';
import type { WaveEvidence } from '../../domain/model/evidence.ts';
import type * as Records from '../../domain/model/records.ts';
import { GROWN_FILES } from '../../store/ledger/output-paths.ts';
import { SCORE_FILE } from '../../store/ledger/scored-forecasts.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { RecordReader, Row } from './record-reader.ts';

export interface WavePlace {
  execution_id: string;
  wave: number;
  dry_run: boolean;
  /** The wave's folder below the dataset. */
  folder: string;
}

export interface WaveRecords {
  place: WavePlace;
  metrics: Row<Records.MetricRecord>[];
  anomalies: Row<Records.AnomalyRecord>[];
  health: Row<Records.HealthRecord> | null;
  signals: Row<Records.LearningSignalRecord>[];
  feedback: Record<Records.FeedbackPhase, Row<Records.LearningSignalRecord>[]>;
  recommendations: Row<Records.RecommendationRecord>[];
  decisions: Row<Records.GateDecisionRecord>[];
  moves: Row<Records.MoveRecord>[];
  deadLetters: Row<Records.DeadLetterRecord>[];
  quarantine: Row<Records.Stamp>[];
  schedule: Row<Records.ScheduleRecord>[];
  parameters: Row<Records.TunedParametersRecord>[];
  outcomes: Row<Records.OutcomeRecord>[];
  evidence: Row<WaveEvidence & Records.Stamp> | null;
}

/** Files of a wave, below its folder, that every wave has. */
export const WAVE_FILES = [
  'evidence.json',
  ...[...GROWN_FILES.keys(), 'system_health.json'].map((name) => `records/${name}`),
];
const AGENT_FILES = ['adjusted_schedule', 'tuned_parameters', 'outcomes'];
const AGENT_FILE = /^records\/agents\/([^/]+)\/(?:adjusted_schedule|tuned_parameters|outcomes)\.jsonl$/;
/** Files beside the records: what the next wave starts from, and a forecast's score. */
const BESIDE = ['carry.json', SCORE_FILE];

/**
 * Reads a wave. `paths` are the files that count: those of its ledger entry, or all of a dry run's. Tells of record
 * files that are lacking or that no schema knows, and of records that speak of another run or wave.
 */
export async function readWave(
  reader: RecordReader,
  place: WavePlace,
  paths: readonly string[],
  tell: Tell,
): Promise<WaveRecords> {
  const { folder } = place;
  const names = paths.map((path) => path.slice(folder.length + 1));
  const agents = [...new Set(names.flatMap((name) => AGENT_FILE.exec(name)?.[1] ?? []))].sort();
  checkNames(place, names, agents, tell);
  const path = (name: string) => `${folder}/records/${name}`;
  const perAgent = async <T extends { agent_id: string }>(name: string, rows: (file: string) => Promise<Row<T>[]>) => {
    const all: Row<T>[] = [];
    for (const agent of agents) {
      for (const row of await rows(path(`agents/${agent}/${name}.jsonl`))) {
        all.push(row);
        if (row.value.agent_id === agent) continue;
        teller(tell, 'schema')(row, `agent_id: found ${row.value.agent_id}, expected ${agent}, whose folder this is`);
      }
    }
    return all;
  };
  const feedback = (phase: Records.FeedbackPhase) =>
    reader.rows(path(`feedback_${phase}.jsonl`), schema.learningSignalRecord);
  const wave: WaveRecords = {
    place,
    metrics: await reader.rows(path('metrics.jsonl'), schema.metricRecord),
    anomalies: await reader.rows(path('anomalies.jsonl'), schema.anomalyRecord),
    health: await reader.document(path('system_health.json'), schema.healthRecord),
    signals: await reader.rows(path('learning_signals.jsonl'), schema.learningSignalRecord),
    feedback: { 16: await feedback(16), 18: await feedback(18), 20: await feedback(20) },
    recommendations: await reader.rows(path('meta_optimization_recommendations.jsonl'), schema.recommendationRecord),
    decisions: await reader.rows(path('gate_decisions.jsonl'), schema.gateDecisionRecord),
    moves: await reader.rows(path('schedule_moves.jsonl'), schema.moveRecord),
    deadLetters: await reader.rows(path('dead_letters.jsonl'), schema.deadLetterRecord),
    quarantine: await reader.rows(path('quarantine.jsonl'), quarantineRecord),
    schedule: await perAgent('adjusted_schedule', (file) => reader.rows(file, schema.scheduleRecord)),
    parameters: await perAgent('tuned_parameters', (file) => reader.rows(file, schema.tunedParametersRecord)),
    outcomes: await perAgent('outcomes', (file) => reader.rows(file, schema.outcomeRecord)),
    evidence: await reader.document(`${folder}/evidence.json`, evidenceRecord),
  };
  checkStamps(wave, tell);
  return wave;
}

function checkNames({ folder }: WavePlace, names: string[], agents: string[], tell: Tell): void {
  const expected = [
    ...WAVE_FILES,
    ...agents.flatMap((agent) => AGENT_FILES.map((name) => `records/agents/${agent}/${name}.jsonl`)),
  ];
  const off = (name: string, problem: string) =>
    teller(tell, 'schema')({ file: `${folder}/${name}`, line: null }, problem);
  for (const name of expected) if (!names.includes(name)) off(name, 'the wave has no such file, expected one');
  const known = new Set([...expected, ...BESIDE]);
  for (const name of names) if (!known.has(name)) off(name, 'a file that no format describes');
}

function checkStamps(wave: WaveRecords, tell: Tell): void {
  const { execution_id, dry_run } = wave.place;
  const off = teller(tell, 'schema');
  const check = (row: Row<Records.Stamp & { wave?: number }>) => {
    const { value } = row;
    if (value.execution_id !== execution_id)
      off(row, `execution_id: found ${value.execution_id}, expected ${execution_id}`);
    if (value.dry_run !== dry_run) off(row, `dry_run: found ${value.dry_run}, expected ${dry_run}`);
    if (value.wave !== undefined && value.wave !== wave.place.wave) {
      off(row, `wave: found ${value.wave}, expected ${wave.place.wave}`);
    }
  };
  const { metrics, anomalies, recommendations, decisions, moves, deadLetters, quarantine } = wave;
  for (const rows of [metrics, anomalies, recommendations, decisions, moves, deadLetters, quarantine])
    rows.forEach(check);
  for (const rows of [wave.signals, wave.feedback[16], wave.feedback[18], wave.feedback[20]]) {
    for (const row of rows) check({ ...row, value: { ...row.value, wave: row.value.content.wave } });
  }
  for (const rows of [wave.schedule, wave.parameters, wave.outcomes]) rows.forEach(check);
  for (const row of [wave.health, wave.evidence]) if (row) check(row);
}
