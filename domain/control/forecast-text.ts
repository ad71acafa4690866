/** Forecasts for people: how each quantity is named and written. */
import type { ForecastQuantity, ForecastValue, ForecastValues } from '../model/forecast.ts';

export const QUANTITY_TEXTS: Readonly<Record<ForecastQuantity, { name: string; text: (value: number) => string }>> = {
  makespan_ms: { name: 'makespan', text: (value) => `${(value / 1000).toFixed(1)} s` },
  success_rate: { name: 'success rate', text: (value) => value.toFixed(3) },
  throughput: { name: 'throughput', text: (value) => `${value.toFixed(2)} tasks/s` },
  completed: { name: 'completed', text: countText },
  approval_requests: { name: 'approval requests', text: countText },
  approval_tasks: { name: 'tasks waiting for approval', text: countText },
};

const IN_TABLES: readonly ForecastQuantity[] = ['makespan_ms', 'success_rate', 'throughput', 'approval_requests'];

/** What stands over such a table. */
export const FORECAST_HEADING = 'Forecast: median (80 % interval) of many simulated waves, their agents drawn';

/** What such a table is not of: the waves beside it. */
export const FORECAST_NOTE =
  'Metrics and health shown beside it are those of one more wave, its agents just as expected; they may lie outside';

/** Columns of a table of forecasts, wave by wave. */
export const FORECAST_TITLES = ['wave', ...IN_TABLES.map((quantity) => QUANTITY_TEXTS[quantity].name)];

/** The cells of one wave: median and 80 % interval, for example `12.3 s (10.1 s – 15.0 s)`. */
export function forecastCells(wave: number, forecast: ForecastValues): string[] {
  return [String(wave), ...IN_TABLES.map((quantity) => valueText(quantity, forecast[quantity]))];
}

function valueText(quantity: ForecastQuantity, value: ForecastValue | null): string {
  if (value === null) return '–';
  return `${QUANTITY_TEXTS[quantity].text(value.median)} (${spanText(quantity, value.interval_80)})`;
}

export function spanText(quantity: ForecastQuantity, [low, high]: readonly [number, number]): string {
  const { text } = QUANTITY_TEXTS[quantity];
  return `${text(low)} – ${text(high)}`;
}

function countText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
