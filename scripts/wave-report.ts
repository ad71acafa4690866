/** What a live run came to, wave by wave, read from its committed records. */
import { figureBeside } from '../domain/metrics/figure.ts';
import { FORECAST_QUANTITIES } from '../domain/model/forecast.ts';
import type {
  AnomalyRecord,
  HealthRecord,
  MetricRecord,
  MoveRecord,
  RecommendationRecord,
  TunedParametersRecord,
} from '../domain/model/records.ts';
import { calibrateForecasts, type ForecastScore } from '../domain/simulation/forecast-score.ts';
import { localArtifacts } from '../store/artifacts/local-artifacts.ts';
import type { ArtifactStore } from '../store/artifacts/artifact-store.ts';
import { readLedger } from '../store/ledger/ledger.ts';
import { runFolder, waveFolder } from '../store/ledger/output-paths.ts';
import { scoredForecasts } from '../store/ledger/scored-forecasts.ts';
import { renderTable, type Cell } from './ui/table.ts';

/** Prints every committed wave of the run. */
export async function printWaves(datasetFolder: string, executionId: string): Promise<void> {
  const store = localArtifacts(datasetFolder);
  const scores = await scoredForecasts(store);
  for (const entry of await readLedger(store)) {
    if (entry.kind !== 'wave' || entry.execution_id !== executionId || entry.wave === null) continue;
    const records = `${waveFolder(runFolder(executionId), entry.wave)}/records`;
    console.log(await waveText(store, records));
    const score = scores.find((one) => one.execution_id === executionId && one.wave === entry.wave);
    if (score) console.log(scoreText(score));
  }
  const calibration = calibrationText(scores);
  if (calibration !== '') console.log(`\n── Forecasts of this dataset so far\n${calibration}`);
}

function scoreText(score: ForecastScore): string {
  const words = FORECAST_QUANTITIES.flatMap((quantity) => {
    const one = score[quantity];
    if (one === null) return [];
    return [`${quantity} ${one.inside_80 ? 'inside 80 %' : one.inside ? 'inside 95 %' : 'outside'}`];
  });
  return `forecast   of ${score.forecast_execution_id}: ${words.join(', ')}`;
}

/** How often forecasts held, over all live waves that had one. */
function calibrationText(scores: readonly ForecastScore[]): string {
  const calibration = calibrateForecasts(scores);
  const share = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(0)} %`);
  const rows = FORECAST_QUANTITIES.flatMap((quantity) => {
    const { waves, inside_80, inside_95 } = calibration[quantity];
    return waves === 0 ? [] : [[quantity, String(waves), share(inside_80), share(inside_95)]];
  });
  return rows.length === 0 ? '' : renderTable(['quantity', 'waves', 'inside 80 %', 'inside 95 %'], rows);
}

async function waveText(store: ArtifactStore, folder: string): Promise<string> {
  const rows = <Row>(name: string) => store.readJsonl<Row>(`${folder}/${name}`);
  const health = JSON.parse(await store.readText(`${folder}/system_health.json`)) as HealthRecord;
  const [recommendation] = await rows<RecommendationRecord>('meta_optimization_recommendations.jsonl');
  const metrics = await rows<MetricRecord>('metrics.jsonl');
  const anomalies = await rows<AnomalyRecord>('anomalies.jsonl');
  const moves = await rows<MoveRecord>('schedule_moves.jsonl');
  const score = health.overall_health_score;
  const adjustments = Object.entries(recommendation?.adjustments ?? {}).map(
    ([name, by]) => `${name} ${by > 0 ? '+' : ''}${by}`,
  );
  return [
    '',
    `── Wave ${health.wave} ─ health ${score === null ? 'no data' : score.toFixed(1)} ${health.health_status}`,
    `strategy   ${recommendation?.strategy ?? 'none'} (${adjustments.join(', ') || 'no adjustments'})`,
    `           ${recommendation?.rationale ?? ''}`,
    renderTable(['metric', 'value', 'target', 'status', 'sample'], metrics.map(metricCells)),
    `anomalies  ${anomalies.map((anomaly) => `${anomaly.anomaly_type} (${anomaly.conclusiveness})`).join(', ') || 'none'}`,
    `moves      ${countMoves(moves)}`,
    renderTable(['agent', 'speed', 'retries', 'weight', 'parallel', 'why'], await parameterCells(store, folder)),
  ].join('\n');
}

function metricCells({ metric_name, value, target_value, status, sample_size }: MetricRecord): Cell[] {
  return [
    metric_name,
    value === null ? null : figureBeside(target_value, value),
    `≥ ${target_value}`,
    status,
    sample_size,
  ];
}

function countMoves(moves: MoveRecord[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of moves) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ') || 'none';
}

async function parameterCells(store: ArtifactStore, folder: string): Promise<string[][]> {
  const cells: string[][] = [];
  for (const path of await store.list(`${folder}/agents/`)) {
    if (!path.endsWith('/tuned_parameters.jsonl')) continue;
    for (const { agent_id, parameters, reason } of await store.readJsonl<TunedParametersRecord>(path)) {
      const { speed_multiplier, retry_threshold, confidence_weight, max_parallel_tasks } = parameters;
      const numbers = [speed_multiplier, retry_threshold, confidence_weight, max_parallel_tasks];
      cells.push([agent_id, ...numbers.map(String), reason]);
    }
  }
  return cells;
}
