/** Forecasts, their scores and their calibration as Markdown, for a run's report. Pure. */
import {
  type ForecastCalibration,
  type ForecastQuantity,
  FORECAST_QUANTITIES,
} from '../domain/model/forecast-calibration.ts';
import type { ForecastValues, Scores } from '../domain/simulation/forecast-score.ts';
import type { ForecastValue } from '../domain/simulation/forecast-value.ts';

/** How a quantity is named and written for people. */
const SHOWN: Record<ForecastQuantity, { name: string; text: (value: number) => string }> = {
  makespan_ms: { name: 'makespan', text: (value) => `${(value / 1000).toFixed(1)} s` },
  success_rate: { name: 'success rate', text: (value) => value.toFixed(3) },
  throughput: { name: 'throughput', text: (value) => `${value.toFixed(2)} tasks/s` },
  completed: { name: 'completed', text: countText },
  approval_requests: { name: 'approval requests', text: countText },
  approval_tasks: { name: 'tasks waiting for approval', text: countText },
};

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
      const actual = SHOWN[quantity].text(score.actual);
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
  return `| ${[SHOWN[quantity].name, ...cells].join(' | ')} |`;
}

function intervalCells(quantity: ForecastQuantity, { median, interval, interval_80 }: ForecastValue): string[] {
  const { text } = SHOWN[quantity];
  const span = ([low, high]: [number, number]) => `${text(low)} – ${text(high)}`;
  return [text(median), span(interval_80), span(interval)];
}

function countText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

function shareText(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(0)} %`;
}
