/** The original's tuner: fixed rules on each agent's last wave, which only ever raise. Its numbers are its own. */
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import type { TunedParameters } from '../../../domain/model/agent.ts';
import type { TunedWave } from '../../../domain/wave/choose-stage.ts';
import { contextTables } from '../../../domain/wave/choose-stage.ts';
import type { WaveContext } from '../../../domain/wave/context.ts';
import { createEstimator } from '../../../domain/wave/estimates.ts';
import { observedValue } from '../../../domain/wave/measure-stage.ts';

/** In a first wave there is nothing to go by. The wave's confidence trajectory is taken for each agent's confidence. */
export function tuneByRules(tuned: TunedWave, context: WaveContext): TunedWave {
  const { previous, calibration } = context.carry;
  if (!previous) return tuned;
  const confidence = observedValue('confidence_trajectory', previous.metrics, previous.side);
  const parameters = Object.fromEntries(
    context.agents.map(({ agent_id, slots }) => {
      const before = tuned.settings.parameters[agent_id]!;
      return [agent_id, raised(before, previous.results[agent_id], confidence, slots)];
    }),
  );
  const settings = { ...tuned.settings, parameters };
  const estimate = createEstimator({ ...contextTables(context), calibration, parameters, knobs: settings.knobs });
  return { ...tuned, settings, estimate };
}

/** Null, and an agent without a result: nothing is raised for it. */
export function raised(
  before: TunedParameters,
  result: Pick<AgentResult, 'success_rate' | 'throughput' | 'utilization'> | undefined,
  confidence: number | null,
  slots: number,
): TunedParameters {
  const { retry_threshold, speed_multiplier, confidence_weight, max_parallel_tasks } = before;
  const below = (value: number | null | undefined, limit: number) => typeof value === 'number' && value < limit;
  return {
    retry_threshold: below(result?.success_rate, 0.9) ? Math.min(5, retry_threshold + 1) : retry_threshold,
    speed_multiplier: below(result?.throughput, 35) ? stepUp(speed_multiplier, 1.3) : speed_multiplier,
    confidence_weight: below(confidence, 0.95) ? stepUp(confidence_weight, 1.2) : confidence_weight,
    max_parallel_tasks: below(result?.utilization, 0.7)
      ? Math.min(4, slots, max_parallel_tasks + 1)
      : max_parallel_tasks,
  };
}

function stepUp(value: number, most: number): number {
  return Math.min(most, Number((value + 0.05).toFixed(2)));
}
