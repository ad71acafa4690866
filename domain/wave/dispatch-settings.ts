import type { DispatchSettings } from '../dispatch/state.ts';

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
