import type { DispatchSettings } from '../dispatch/state.ts';

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
