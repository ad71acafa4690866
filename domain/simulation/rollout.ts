/** What a strategy's adjustments promise: the wave simulated on the calibrated model with and without them. */
import { studentT } from '../metrics/student-t.ts';
import type { Adjustments } from '../model/agent.ts';
import type { StrategyName } from '../model/records.ts';
import { STRATEGIES } from '../strategy/catalogue.ts';
import type { MeasureStageInput } from '../wave/measure-stage.ts';
import { measureStage, observedValue } from '../wave/measure-stage.ts';
import type { WaveSettings } from '../wave/settings.ts';
import { modelAttempts } from './model-attempts.ts';
import { planFirstOnce } from './plan-first-once.ts';
import type { SimulateWaveInput } from './simulate-wave.ts';
import { simulateWave } from './simulate-wave.ts';

/** A wave set up for one choice of strategy and adjustments, ready to simulate. */
export type WaveSetup = (
  strategy: StrategyName,
  adjustments: Adjustments,
) => { settings: WaveSettings; estimate: SimulateWaveInput['estimate'] };

export interface RolloutInput {
  setup: WaveSetup;
  tasks: SimulateWaveInput['tasks'];
  calibration: MeasureStageInput['calibration'];
  adjusted: MeasureStageInput['adjusted'];
  startAt: number;
  approvalTimeoutMs: number;
  seed: number;
  replicas: number;
}

export interface RolloutPromise {
  without: number;
  with: number;
  /** 95 % interval of the change, over replicas with common random numbers. */
  interval: [number, number];
}

/** Null where the simulated wave gives no value for the strategy's target metric. */
export function rollOut(input: RolloutInput, strategy: StrategyName): RolloutPromise | null {
  const differences: number[] = [];
  let sumWithout = 0;
  let sumWith = 0;
  const plain = replicas(input, strategy, {});
  const tuned = replicas(input, strategy, STRATEGIES[strategy].adjustments);
  for (let replica = 0; replica < input.replicas; replica++) {
    const without = plain(replica);
    const adjusted = tuned(replica);
    if (without === null || adjusted === null) return null;
    differences.push(adjusted - without);
    sumWithout += without;
    sumWith += adjusted;
  }
  const count = input.replicas;
  return { without: sumWithout / count, with: sumWith / count, interval: meanInterval(differences) };
}

/** The strategy's metric in a replica of the wave. All replicas share their setup and their first plan. */
function replicas(
  input: RolloutInput,
  strategy: StrategyName,
  adjustments: Adjustments,
): (replica: number) => number | null {
  const { settings, estimate } = input.setup(strategy, adjustments);
  const plan = planFirstOnce();
  return (replica) => simulatedMetric(input, strategy, { settings, estimate, plan }, replica);
}

function simulatedMetric(
  input: RolloutInput,
  strategy: StrategyName,
  setup: Pick<SimulateWaveInput, 'settings' | 'estimate' | 'plan'>,
  replica: number,
): number | null {
  const { settings } = setup;
  const wave = simulateWave({
    ...setup,
    tasks: input.tasks,
    model: modelAttempts(input.calibration, input.seed, replica),
    startAt: input.startAt,
    approveAfterMs: 0,
    approvalTimeoutMs: input.approvalTimeoutMs,
  });
  const { metrics, side } = measureStage({
    settings,
    lines: wave.lines,
    discarded: wave.discarded,
    answers: [],
    facts: wave.facts,
    firstPlan: wave.memory.firstPlan,
    firstPlanMakespanMs: wave.memory.firstPlanMakespanMs,
    calibration: input.calibration,
    adjusted: input.adjusted,
    signals: [],
    rollouts: [],
    heuristics: [],
  });
  return observedValue(STRATEGIES[strategy].metric, metrics, side);
}

/** Mean ± Student's t × standard error. */
function meanInterval(values: number[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return [mean, mean];
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const error = studentT(values.length - 1) * Math.sqrt(variance / values.length);
  return [mean - error, mean + error];
}
