/** Scores the latest dry run of the same tasks against what really happened (`forecast_vs_actual.json`). */
import type { AttemptLine } from '../domain/model/outcome.ts';
import type { Stamp } from '../domain/model/records.ts';
import type { ForecastRecord, ForecastScore, ForecastValue, Score } from '../domain/simulation/forecast.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { CommitWaveArgs } from './interface.ts';
import { tasksSha256 } from './tasks-digest.ts';

/** Null where no dry run forecast the same tasks. */
export async function scoreForecast(
  files: WaveFiles,
  context: WaveContext,
  lines: AttemptLine[],
  stamp: Stamp,
  args: CommitWaveArgs,
): Promise<ForecastScore | null> {
  const found = await latestForecast(files, context);
  if (!found) return null;
  const { evidence } = await files.measured.read();
  const completed = lines.filter((line) => line.verdict === 'completed').length;
  const { forecast, executionId } = found;
  const score = (value: ForecastValue, actual: number): Score => ({
    forecast: value,
    actual,
    inside: actual >= value.interval[0] && actual <= value.interval[1],
  });
  const pausedMs = evidence.pauses.reduce((sum, span) => sum + span.to - span.from, 0);
  const makespan = (evidence.last_outcome_at ?? 0) - (evidence.first_dispatch_at ?? 0) - pausedMs;
  return {
    ...stamp,
    wave: context.wave,
    forecast_execution_id: executionId,
    makespan_ms: score(forecast.makespan_ms, Math.max(0, makespan)),
    completed: score(forecast.completed, completed),
    success_rate:
      forecast.success_rate === null || evidence.released === 0
        ? null
        : score(forecast.success_rate, completed / evidence.released),
    timestamp: new Date(args.at).toISOString(),
  };
}

async function latestForecast(
  files: WaveFiles,
  context: WaveContext,
): Promise<{ forecast: ForecastRecord; executionId: string } | null> {
  const wanted = tasksSha256(context.tasks);
  const pattern = new RegExp(`^phase22/dry_runs/([^/]+)/wave_${context.wave}/forecast\\.json$`);
  let latest: { forecast: ForecastRecord; executionId: string } | null = null;
  for (const path of await files.store.list('phase22/dry_runs/')) {
    const executionId = pattern.exec(path)?.[1];
    if (executionId === undefined) continue;
    const forecast = JSON.parse(await files.store.readText(path)) as ForecastRecord;
    if (forecast.tasks_sha256 !== wanted) continue;
    if (!latest || forecast.forecast_at >= latest.forecast.forecast_at) latest = { forecast, executionId };
  }
  return latest;
}
