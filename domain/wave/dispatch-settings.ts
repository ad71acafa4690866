import type { PlannedAgent } from '../dispatch/protocol.ts';
import type { DispatchSettings } from '../dispatch/state.ts';
import { invariant } from '../model/invariant.ts';
import type { WaveSettings } from './settings.ts';

/** An executor starts nothing more of a chunk after so long, and returns what it has. */
export const CHUNK_BUDGET_MS = 120_000;

/** How the dispatch of a wave is set. `rebalanceThreshold` is a share, 0–1. */
export function dispatchSettings(rebalanceThreshold: number, taskTimeoutMs: number): DispatchSettings {
  return {
    rules: 1,
    rebalancePermille: Math.round(rebalanceThreshold * 1000),
    strandedMaxMs: taskTimeoutMs,
    chunkTargetMs: 10_000,
    chunkTasksMax: 4_000,
    probeEveryMs: 2_000,
  };
}

/** What the dispatch is told of each agent with the wave's first plan. */
export function plannedAgents({ agents, parameters, pace_tasks, on_trial }: WaveSettings): PlannedAgent[] {
  return agents.map(({ agent_id, idempotent }) => {
    const tuned = parameters[agent_id];
    const paceTasks = pace_tasks[agent_id];
    invariant(tuned && paceTasks, `agent ${agent_id} was not tuned`);
    const onTrial = on_trial.includes(agent_id);
    return { agentId: agent_id, parallel: tuned.max_parallel_tasks, idempotent, onTrial, paceTasks };
  });
}
