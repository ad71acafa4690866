/** Forecasts, their scores and their calibration as Markdown, for a run's report. Pure. */
import { QUANTITY_TEXTS, spanText } from '../domain/control/forecast-text.ts';
import {
  FORECAST_QUANTITIES,
  type ForecastCalibration,
  type ForecastQuantity,
  type ForecastValue,
  type ForecastValues,
} from '../domain/model/forecast.ts';
import type { Scores } from '../domain/simulation/forecast-score.ts';

/** What a dry run expects of a wave. */
export function forecastTable(forecast: ForecastValues, replicas: number): string[] {
  return [
    `Forecast, from ${replicas} replicas:`,
    '',
    '| Quantity | Median | 80 % interval | 95 % interval |',
    '|---|---|---|---|',
    ...FORECAST_QUANTITIES.flatMap((quantity) => {
      const value = forecast[quantity];
      return value === null ? [] : [row(quantity, ...intervalCells(quantity, value))];
    }),
  ];
}

/** What a dry run had expected of a live wave, and what happened. */
export function scoreTable(scores: Scores, forecastId: string): string[] {
  return [
    `Against the forecast of ${forecastId}:`,
    '',
    '| Quantity | Actual | Median | 80 % interval | 95 % interval | Inside |',
    '|---|---|---|---|---|---|',
    ...FORECAST_QUANTITIES.flatMap((quantity) => {
      const score = scores[quantity];
      if (score === null) return [];
      const inside = score.inside_80 ? '80 %' : score.inside ? '95 %' : 'neither';
      const actual = QUANTITY_TEXTS[quantity].text(score.actual);
      return [row(quantity, actual, ...intervalCells(quantity, score.forecast), inside)];
    }),
  ];
}

/** How often forecasts of the dataset held. */
export function calibrationTable(calibration: ForecastCalibration): string[] {
  const scored = FORECAST_QUANTITIES.filter((quantity) => calibration[quantity].waves > 0);
  if (scored.length === 0) return ['No live wave of this dataset had a forecast to be scored against.'];
  return [
    'Over all live waves of this dataset that had a forecast. Of forecasts that are right, four in five lie inside the 80 % interval.',
    '',
    '| Quantity | Waves scored | Inside 80 % | Inside 95 % |',
    '|---|---|---|---|',
    ...scored.map((quantity) => {
      const { waves, inside_80, inside_95 } = calibration[quantity];
      return row(quantity, String(waves), shareText(inside_80), shareText(inside_95));
    }),
  ];
}

function row(quantity: ForecastQuantity, ...cells: string[]): string {
  return `| ${[QUANTITY_TEXTS[quantity].name, ...cells].join(' | ')} |`;
}

function intervalCells(quantity: ForecastQuantity, { median, interval, interval_80 }: ForecastValue): string[] {
  return [QUANTITY_TEXTS[quantity].text(median), spanText(quantity, interval_80), spanText(quantity, interval)];
}

function shareText(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(0)} %`;
}
