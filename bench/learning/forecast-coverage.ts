/**
 * How often forecasts hold on the drawn fleets: each wave of a simulated run is forecast from what the run has learned so
 * far, then run with the agents' true natures.
 */
import { type ForecastCalibration, type ForecastQuantity, FORECAST_QUANTITIES } from '../../domain/model/forecast.ts';
import type { Forecast } from '../../domain/simulation/forecast.ts';
import { forecastWave, waveValues } from '../../domain/simulation/forecast.ts';
import type { Scores } from '../../domain/simulation/forecast-score.ts';
import { calibrateForecasts, scoreValues } from '../../domain/simulation/forecast-score.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import type { Size } from './experiment.ts';
import { runInput } from './experiment.ts';
import type { FleetName } from './fleets.ts';
import { drawFleet } from './fleets.ts';

export interface CoverageOptions {
  size: Size;
  /** The first wave that counts, from 1: before it little is known of the agents. */
  fromWave: number;
  /** Attempts at a task over all agents. */
  maxAttempts: number;
}

/** Shares of waves inside the intervals; null: no wave had the quantity. */
export interface CoverageFigures {
  waves: number;
  inside_80: Record<ForecastQuantity, number | null>;
  inside_95: Record<ForecastQuantity, number | null>;
}

/** What is shown of the drawn fleets, where nobody is asked to approve anything. */
export const SHOWN_QUANTITIES = FORECAST_QUANTITIES.filter((quantity) => !quantity.startsWith('approval_'));

/** `80 % / 95 %` per shown quantity. */
export function coverageCells({ inside_80, inside_95 }: CoverageFigures): string[] {
  const share = (value: number | null) => (value === null ? '–' : value.toFixed(2));
  return SHOWN_QUANTITIES.map((of) => `${share(inside_80[of])} / ${share(inside_95[of])}`);
}

/** The scores of one run's waves, in their order. */
export function scoreRun(name: FleetName, seed: number, { size, maxAttempts }: CoverageOptions): Scores[] {
  const fleet = drawFleet(name, seed, size);
  const input = runInput(fleet, size, seed);
  input.context.limits = { ...input.context.limits, maxAttempts };
  const forecasts: Forecast[] = [];
  const waves = simulateRun({
    ...input,
    variant: {
      ...input.variant,
      prepare: (tuned, { tasks, carry, approvalTimeoutMs }) => {
        const { settings, estimate } = tuned;
        const { calibration } = carry;
        const clock = { startAt: input.startAt, approveAfterMs: 0, approvalTimeoutMs };
        forecasts.push(forecastWave({ settings, tasks, estimate, calibration, ...clock }, '').forecast);
        return tuned;
      },
    },
  });
  return waves.map(({ simulated }, index) => scoreValues(forecasts[index]!, waveValues(simulated)));
}

/** Over the waves of all seeds, from `fromWave` on. `onRun` hears of these waves of every run as it ends. */
export function coverageOf(
  name: FleetName,
  seeds: readonly number[],
  options: CoverageOptions,
  onRun?: (seed: number, scores: Scores[]) => void,
): CoverageFigures {
  const scores = seeds.flatMap((seed) => {
    const counted = scoreRun(name, seed, options).slice(options.fromWave - 1);
    onRun?.(seed, counted);
    return counted;
  });
  const calibration = calibrateForecasts(scores);
  return {
    waves: scores.length,
    inside_80: shares(calibration, 'inside_80'),
    inside_95: shares(calibration, 'inside_95'),
  };
}

function shares(calibration: ForecastCalibration, which: 'inside_80' | 'inside_95'): CoverageFigures['inside_80'] {
  const entries = FORECAST_QUANTITIES.map((quantity) => [quantity, calibration[quantity][which]] as const);
  return Object.fromEntries(entries) as CoverageFigures['inside_80'];
}
