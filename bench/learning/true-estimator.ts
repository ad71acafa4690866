/** What an oracle expects of each task on each agent: the parameters that its attempts are really drawn from. */
import type { SimulatedAgent } from '../../domain/model/agent.ts';
import { invariant } from '../../domain/model/invariant.ts';
import { successProbability } from '../../domain/simulation/simulated-agent.ts';
import type { TunedWave } from '../../domain/wave/choose-stage.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import type { Estimator } from '../../domain/wave/estimates.ts';
import { predictionTable } from '../../domain/wave/estimates.ts';

/**
 * The true median time (as plans count) and probability of success of one attempt, in the wave that the natures are of.
 * It knows neither noise, nor stragglers one by one, nor outages before they come. `declared`: one row per task.
 */
export function trueEstimator(
  { declared }: Pick<WaveContext, 'declared'>,
  natures: readonly SimulatedAgent[],
  { settings }: Pick<TunedWave, 'settings'>,
): Estimator {
  const rows = predictionTable(declared);
  const byId = new Map(natures.map((nature) => [nature.agent_id, nature]));
  return ({ task_id }, agentId) => {
    const row = rows.get(task_id)?.get(null);
    const nature = byId.get(agentId);
    const pace = settings.parameters[agentId]?.speed_multiplier;
    invariant(row && nature && pace !== undefined, `task ${task_id} on agent ${agentId} is not part of the experiment`);
    const success = successProbability(nature, row.success_probability, pace);
    return {
      declared: row.success_probability,
      predicted_success: success,
      gate_success: success,
      declared_ms: row.execution_time_ms,
      predicted_ms: row.execution_time_ms / (nature.speed * pace),
      level_sd_log: 0,
    };
  };
}
