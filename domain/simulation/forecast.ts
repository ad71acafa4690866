/** A dry run's forecast of a wave: replicas of the simulated wave, and what they agree on. */
import type { Stamp } from '../model/records.ts';
import type { SimulatedWave, SimulateWaveInput } from './simulate-wave.ts';
import { simulateWave } from './simulate-wave.ts';
import { modelAttempts } from './model-attempts.ts';
import { planFirstOnce } from './plan-first-once.ts';

/** Median, and the interval that holds 95 % of the replicas. */
export interface ForecastValue {
  median: number;
  interval: [number, number];
}

export interface Forecast {
  wave: number;
  /** Epoch milliseconds at which the forecast was made. */
  forecast_at: number;
  /** SHA-256 over the ids and generations of the wave's tasks: a live wave of the same tasks is scored against it. */
  tasks_sha256: string;
  replicas: number;
  tasks: number;
  makespan_ms: ForecastValue;
  /** Share of released tasks that complete; null: nothing would be released. */
  success_rate: ForecastValue | null;
  completed: ForecastValue;
  deferred: number;
  approvals: SimulatedWave['requests'];
  agents: { agent_id: string; tasks: ForecastValue; busy_ms: ForecastValue }[];
}

export type ForecastRecord = Forecast & Stamp;

/** A forecast value against what really happened. */
export interface Score {
  forecast: ForecastValue;
  actual: number;
  inside: boolean;
}

/** `forecast_vs_actual.json`. */
export interface ForecastScore extends Stamp {
  wave: number;
  /** The dry run whose forecast this is. */
  forecast_execution_id: string;
  makespan_ms: Score;
  completed: Score;
  success_rate: Score | null;
  timestamp: string;
}

const REPLICAS = 20;

/** The first replica stands for the wave in its records; all of them together give the forecast. */
export function forecastWave(
  input: Omit<SimulateWaveInput, 'model'>,
  tasksSha256: string,
): { wave: SimulatedWave; forecast: Forecast } {
  const { settings } = input;
  const plan = planFirstOnce();
  const waves = Array.from({ length: REPLICAS }, (_, replica) =>
    simulateWave({ ...input, plan, model: modelAttempts(settings.seed, replica) }),
  );
  const [wave] = waves;
  if (!wave) throw new Error('no replica was simulated');
  const completed = (one: SimulatedWave, agent?: string) =>
    one.lines.filter((line) => line.verdict === 'completed' && (!agent || line.agent_id === agent)).length;
  const busy = (one: SimulatedWave, agent: string) =>
    one.lines.reduce((sum, line) => sum + (line.agent_id === agent ? line.finished_at - line.started_at : 0), 0);
  const rates = waves.flatMap((one) => (one.facts.released === 0 ? [] : [completed(one) / one.facts.released]));
  const forecast: Forecast = {
    wave: settings.wave,
    forecast_at: input.startAt,
    tasks_sha256: tasksSha256,
    replicas: REPLICAS,
    tasks: input.tasks.length,
    makespan_ms: summarise(waves.map((one) => (one.facts.lastOutcomeAt ?? 0) - (one.facts.firstDispatchAt ?? 0))),
    success_rate: rates.length === 0 ? null : summarise(rates),
    completed: summarise(waves.map((one) => completed(one))),
    deferred: wave.facts.deferred,
    approvals: wave.requests,
    agents: settings.agents.map(({ agent_id }) => ({
      agent_id,
      tasks: summarise(waves.map((one) => completed(one, agent_id))),
      busy_ms: summarise(waves.map((one) => busy(one, agent_id))),
    })),
  };
  return { wave, forecast };
}

function summarise(values: number[]): ForecastValue {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), interval: [at(0.025), at(0.975)] };
}
