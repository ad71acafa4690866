import { FORECAST_QUANTITIES } from '../../domain/model/forecast.ts';
import type { ForecastScore } from '../../domain/simulation/forecast-score.ts';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { readLedger } from './ledger.ts';

export const SCORE_FILE = 'forecast_vs_actual.json';

/** The scores of every committed wave of the dataset that was forecast, in the order of the commits. */
export async function scoredForecasts(store: ArtifactStore): Promise<ForecastScore[]> {
  const scores: ForecastScore[] = [];
  for (const { kind, files } of await readLedger(store)) {
    if (kind !== 'wave') continue;
    const file = files.find(({ path }) => path.endsWith(`/${SCORE_FILE}`));
    if (!file) continue;
    const score = JSON.parse(await store.readText(file.path)) as ForecastScore;
    // An earlier build scored fewer quantities, and one interval of each.
    if (FORECAST_QUANTITIES.every((quantity) => quantity in score)) scores.push(score);
  }
  return scores;
}
