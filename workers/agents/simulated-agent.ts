import { setTimeout as wait } from 'node:timers/promises';
import type { AgentAdapter } from '../../activities/agent-adapter.ts';
import type { SimulatedAgent } from '../../domain/model/agent.ts';
import { simulatedAttempt } from '../../domain/simulation/simulated-agent.ts';

/** An agent with a seeded true nature that really waits as long as its attempts take. */
export function simulatedAgent(nature: SimulatedAgent): AgentAdapter {
  return {
    async execute(task, context) {
      const { duration_ms, success, confidence, error } = simulatedAttempt(nature, {
        task_id: task.task_id,
        attempt: context.attempt,
        generation: task.generation,
        wave: context.wave,
        declared: context.declared_success_probability,
        declared_ms: context.declared_time_ms,
        payload: task.payload,
        speed_multiplier: context.parameters.speed_multiplier,
        elapsed_ms: context.elapsed_ms,
      });
      await wait(duration_ms, undefined, { signal: context.signal });
      if (success) return { status: 'completed', confidence, output: { task_id: task.task_id, simulated: true } };
      return { status: 'failed', confidence, error: error ?? 'the simulated attempt failed' };
    },
  };
}
