/** What a dry run forecasts of a wave, and how often such forecasts held. */

/** One quantity: what the replicas say of it. */
export interface ForecastValue {
  median: number;
  /** The 95 % interval. */
  interval: [number, number];
  interval_80: [number, number];
}

/** What a forecast is scored on. */
export const FORECAST_QUANTITIES = [
  'makespan_ms',
  'success_rate',
  'throughput',
  'completed',
  'approval_requests',
  'approval_tasks',
] as const;
export type ForecastQuantity = (typeof FORECAST_QUANTITIES)[number];

/** Of one wave; null: nothing to forecast. */
export type ForecastValues = Record<ForecastQuantity, ForecastValue | null>;

/** Of all scored waves: how many, and the shares that lay inside the intervals; null: none was scored. */
export interface Coverage {
  waves: number;
  inside_80: number | null;
  inside_95: number | null;
}

export type ForecastCalibration = Record<ForecastQuantity, Coverage>;
