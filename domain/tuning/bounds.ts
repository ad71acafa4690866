/** Holds every tuned value within its bounds, at two decimals. */
import {
  KNOB_BOUNDS,
  PARAMETER_BOUNDS,
  startKnobs,
  type Adjustments,
  type KnobName,
  type ParameterName,
  type TunedParameters,
  type WaveKnobs,
} from '../model/agent.ts';

export const PARAMETER_NAMES: readonly ParameterName[] = [
  'speed_multiplier',
  'retry_threshold',
  'confidence_weight',
  'max_parallel_tasks',
];
const KNOB_NAMES: readonly KnobName[] = [
  'safety_gate_strictness',
  'rebalance_threshold',
  'load_balance_bias',
  'prediction_bias',
];

/** A parameter within its bounds; tasks in flight are bounded by the agent's own slots. */
export function boundedParameter(name: ParameterName, value: number, slots: number): number {
  const { min, max } = PARAMETER_BOUNDS[name];
  return bounded(value, min, name === 'max_parallel_tasks' ? slots : max);
}

export function boundedParameters(parameters: TunedParameters, slots: number): TunedParameters {
  const result = { ...parameters };
  for (const name of PARAMETER_NAMES) result[name] = boundedParameter(name, parameters[name], slots);
  return result;
}

/** The knobs of one wave: an adjustment lasts one wave, so each wave begins at the start values. */
export function waveKnobs(adjustments: Adjustments): WaveKnobs {
  const knobs = startKnobs();
  for (const name of KNOB_NAMES) {
    const { min, max } = KNOB_BOUNDS[name];
    knobs[name] = bounded(knobs[name] + (adjustments[name] ?? 0), min, max);
  }
  return knobs;
}

function bounded(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value * 100) / 100));
}
