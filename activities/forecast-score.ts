/** Scores the latest dry run of the same plan against what really happened (`forecast_vs_actual.json`). */
import { askedSince } from '../domain/gate/requests.ts';
import { makespanMs } from '../domain/metrics/window.ts';
import { FORECAST_QUANTITIES } from '../domain/model/forecast.ts';
import type { AttemptLine } from '../domain/model/outcome.ts';
import type { Stamp } from '../domain/model/records.ts';
import type { ApprovalRequest } from '../domain/model/run.ts';
import type { ForecastRecord } from '../domain/simulation/forecast.ts';
import type { ActualValues, ForecastScore } from '../domain/simulation/forecast-score.ts';
import { scoreValues } from '../domain/simulation/forecast-score.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import type { MeasureStageResult } from '../domain/wave/measure-stage.ts';
import { observedValue } from '../domain/wave/measure-stage.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { CommitWaveArgs } from './interface.ts';
import { inputsSha256 } from './inputs-digest.ts';

/** What a live wave left. `waiting`: the requests that each of its plans named, in the order of the plans. */
export interface LiveWave {
  lines: AttemptLine[];
  measured: MeasureStageResult;
  waiting: ApprovalRequest[][];
  stamp: Stamp;
}

/** Null where no dry run forecast the same plan before the wave began. */
export async function scoreForecast(
  files: WaveFiles,
  context: WaveContext,
  wave: LiveWave,
  args: CommitWaveArgs,
): Promise<ForecastScore | null> {
  const forecast = await latestForecast(files, context, wave.measured.evidence.first_dispatch_at ?? args.at);
  if (!forecast) return null;
  return {
    ...wave.stamp,
    wave: context.wave,
    forecast_execution_id: forecast.execution_id,
    ...scoreValues(forecast, actualValues(wave)),
    timestamp: new Date(args.at).toISOString(),
  };
}

function actualValues({ lines, measured, waiting }: LiveWave): ActualValues {
  const { evidence, metrics, side } = measured;
  const asked = waiting.reduce<ApprovalRequest[]>((known, requests) => askedSince(known, requests), []);
  const completed = lines.filter((line) => line.verdict === 'completed').length;
  return {
    makespan_ms: makespanMs(evidence) ?? 0,
    success_rate: evidence.released === 0 ? null : completed / evidence.released,
    throughput: observedValue('throughput', metrics, side),
    completed,
    approval_requests: asked.length,
    approval_tasks: asked.reduce((sum, request) => sum + request.tasks, 0),
  };
}

/** False of a forecast that an earlier build made with fewer quantities. */
function isWhole(forecast: object): boolean {
  return FORECAST_QUANTITIES.every((quantity) => quantity in forecast);
}

/** `before`: epoch milliseconds; a later one would tell of the wave what is known already. */
async function latestForecast(files: WaveFiles, context: WaveContext, before: number): Promise<ForecastRecord | null> {
  const pattern = new RegExp(`^phase22/dry_runs/[^/]+/wave_${context.wave}/forecast\\.json$`);
  const paths = (await files.store.list('phase22/dry_runs/')).filter((path) => pattern.test(path));
  // Without any forecast, a wave of many tasks is not digested.
  if (paths.length === 0) return null;
  const wanted = inputsSha256(context);
  let latest: ForecastRecord | null = null;
  for (const path of paths) {
    const forecast = JSON.parse(await files.store.readText(path)) as ForecastRecord;
    if (forecast.inputs_sha256 !== wanted || forecast.forecast_at >= before || !isWhole(forecast)) continue;
    if (!latest || forecast.forecast_at >= latest.forecast_at) latest = forecast;
  }
  return latest;
}
