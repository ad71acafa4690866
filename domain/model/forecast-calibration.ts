/** How often the intervals of forecasts held what came. */

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

/** Of all scored waves: how many, and the shares that lay inside the intervals; null: none was scored. */
export interface Coverage {
  waves: number;
  inside_80: number | null;
  inside_95: number | null;
}

export type ForecastCalibration = Record<ForecastQuantity, Coverage>;
