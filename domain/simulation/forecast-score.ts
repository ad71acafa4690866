/** A forecast against what really happened, and how often forecasts held. */
import {
  FORECAST_QUANTITIES,
  type ForecastCalibration,
  type ForecastQuantity,
  type ForecastValue,
  type ForecastValues,
} from '../model/forecast.ts';
import type { Stamp } from '../model/records.ts';

/** Of one wave; null: nothing to measure. */
export type ActualValues = Record<ForecastQuantity, number | null>;

/** A forecast value against what really happened. */
export interface Score {
  forecast: ForecastValue;
  actual: number;
  /** Within the 95 % interval, ends included. */
  inside: boolean;
  inside_80: boolean;
}

/** Null where forecast or outcome has no value, and for approvals where none was expected and none was asked. */
export type Scores = Record<ForecastQuantity, Score | null>;

/** `forecast_vs_actual.json`. */
export interface ForecastScore extends Stamp, Scores {
  wave: number;
  /** The dry run whose forecast this is. */
  forecast_execution_id: string;
  timestamp: string;
}

export function scoreValues(forecast: ForecastValues, actual: ActualValues): Scores {
  return forQuantities((quantity) => {
    const value = forecast[quantity];
    const found = actual[quantity];
    if (value === null || found === null) return null;
    if (quantity.startsWith('approval_') && found === 0 && value.interval[1] === 0) return null;
    return {
      forecast: value,
      actual: found,
      inside: holds(value.interval, found),
      inside_80: holds(value.interval_80, found),
    };
  });
}

/** How often forecasts held, quantity by quantity. */
export function calibrateForecasts(waves: readonly Partial<Scores>[]): ForecastCalibration {
  return forQuantities((quantity) => {
    const scores = waves.flatMap((wave) => wave[quantity] ?? []);
    const share = (held: (score: Score) => boolean) =>
      scores.length === 0 ? null : scores.filter(held).length / scores.length;
    return {
      waves: scores.length,
      inside_80: share((score) => score.inside_80),
      inside_95: share((score) => score.inside),
    };
  });
}

function holds([low, high]: readonly [number, number], value: number): boolean {
  return value >= low && value <= high;
}

export function forQuantities<Value>(valueOf: (quantity: ForecastQuantity) => Value): Record<ForecastQuantity, Value> {
  const entries = FORECAST_QUANTITIES.map((quantity) => [quantity, valueOf(quantity)] as const);
  return Object.fromEntries(entries) as Record<ForecastQuantity, Value>;
}
