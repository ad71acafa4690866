/** A dry run's forecast of a wave: replicas of the simulated wave, and what they agree on. */
import type { ForecastQuantity, ForecastValue, ForecastValues } from '../model/forecast.ts';
import type { CalibrationState } from '../calibration/state.ts';
import { tasksPerSecond } from '../metrics/throughput.ts';
import { makespanMs } from '../metrics/window.ts';
import type { Stamp } from '../model/records.ts';
import { drawnAttempts } from './drawn-attempts.ts';
import { summarise } from './forecast-value.ts';
import { modelAttempts } from './model-attempts.ts';
import { planFirstOnce } from './plan-first-once.ts';
import type { SimulatedWave, SimulateWaveInput } from './simulate-wave.ts';
import { simulateWave } from './simulate-wave.ts';

export interface Forecast {
  wave: number;
  /** Epoch milliseconds at which the forecast was made. */
  forecast_at: number;
  /** SHA-256 over what the wave was asked for and what is declared of it: a live wave of the same is scored against the forecast. */
  inputs_sha256: string;
  replicas: number;
  tasks: number;
  /** First dispatch to last outcome, pauses and waits for people taken out. */
  makespan_ms: ForecastValue;
  /** Share of released tasks that complete; null: nothing would be released. */
  success_rate: ForecastValue | null;
  /** Completed tasks per second of makespan; null: nothing would run. */
  throughput: ForecastValue | null;
  completed: ForecastValue;
  deferred: number;
  /** Requests that people will be asked to answer, and the tasks that wait for them. */
  approval_requests: ForecastValue;
  approval_tasks: ForecastValue;
  approvals: SimulatedWave['requests'];
  agents: { agent_id: string; tasks: ForecastValue; busy_ms: ForecastValue }[];
}

export type ForecastRecord = Forecast & Stamp;

export interface ForecastInput extends Omit<SimulateWaveInput, 'model'> {
  /** What the replicas draw the agents from; the estimates are made from the same. */
  calibration: CalibrationState;
}

/** As many as a 95 % interval needs, and one more. */
const REPLICAS = 40;
/** A replica of a wave of more tasks takes seconds, so there are fewer of it: its 95 % interval is least to greatest. */
const MANY_TASKS = 1_000;
const REPLICAS_OF_MANY = 20;

/**
 * The wave that stands in the records is planned as a live one, and every agent in it is as the calibration has it; the
 * forecast is made of replicas whose agents are drawn.
 */
export function forecastWave(input: ForecastInput, inputsSha256: string): { wave: SimulatedWave; forecast: Forecast } {
  const { settings, calibration, ...rest } = input;
  const { seed, parameters } = settings;
  const plan = planFirstOnce();
  const simulate = (model: SimulateWaveInput['model']) => simulateWave({ ...rest, settings, plan, model });
  const wave = simulateWave({ ...rest, settings, model: modelAttempts(calibration, seed, 0) });
  const count = input.tasks.length > MANY_TASKS ? REPLICAS_OF_MANY : REPLICAS;
  const replicas = Array.from({ length: count }, (_, replica) =>
    replicaValues(simulate(drawnAttempts({ calibration, parameters }, seed, replica)), settings.agents),
  );
  const of = (pick: (replica: ReplicaValues) => number) => summarise(replicas.map(pick));
  const ofKnown = (pick: (replica: ReplicaValues) => number | null) => {
    const values = replicas.flatMap((replica) => pick(replica) ?? []);
    return values.length === 0 ? null : summarise(values);
  };
  const forecast = {
    wave: settings.wave,
    forecast_at: input.startAt,
    inputs_sha256: inputsSha256,
    replicas: count,
    tasks: input.tasks.length,
    makespan_ms: of((one) => one.makespan_ms ?? 0),
    success_rate: ofKnown((one) => one.success_rate),
    throughput: ofKnown((one) => one.throughput),
    completed: of((one) => one.completed),
    deferred: wave.facts.deferred,
    approval_requests: of((one) => one.approval_requests),
    approval_tasks: of((one) => one.approval_tasks),
    approvals: wave.requests,
    agents: settings.agents.map(({ agent_id }, index) => ({
      agent_id,
      tasks: of((one) => one.agents[index]!.tasks),
      busy_ms: of((one) => one.agents[index]!.busy_ms),
    })),
  } satisfies Forecast & ForecastValues;
  return { wave, forecast };
}

interface ReplicaValues extends WaveValues {
  agents: { tasks: number; busy_ms: number }[];
}

/** What a simulated wave came to, in the quantities of a forecast. */
export interface WaveValues extends Record<ForecastQuantity, number | null> {
  completed: number;
  approval_requests: number;
  approval_tasks: number;
}

export function waveValues({ lines, facts, requests }: SimulatedWave): WaveValues {
  const completed = lines.filter((line) => line.verdict === 'completed').length;
  const { firstDispatchAt, lastOutcomeAt, pauses } = facts;
  const makespan_ms = makespanMs({ first_dispatch_at: firstDispatchAt, last_outcome_at: lastOutcomeAt, pauses });
  return {
    makespan_ms,
    success_rate: facts.released === 0 ? null : completed / facts.released,
    throughput: tasksPerSecond(completed, makespan_ms),
    completed,
    approval_requests: requests.length,
    approval_tasks: requests.reduce((sum, request) => sum + request.tasks, 0),
  };
}

/** Only the figures are kept: the lines of all replicas of a large wave would be many. */
function replicaValues(wave: SimulatedWave, agents: readonly { agent_id: string }[]): ReplicaValues {
  const byAgent = new Map(agents.map(({ agent_id }) => [agent_id, { tasks: 0, busy_ms: 0 }]));
  for (const { agent_id, verdict, started_at, finished_at } of wave.lines) {
    const sums = byAgent.get(agent_id);
    if (!sums) continue;
    sums.tasks += verdict === 'completed' ? 1 : 0;
    sums.busy_ms += finished_at - started_at;
  }
  return { ...waveValues(wave), agents: [...byAgent.values()] };
}
