/**
 * How many tasks the next chunk takes. Guided self-scheduling (Polychronopoulos and Kuck, 1987): a quarter of what
 * remains in the lane, since two chunks are open per agent; no more than the target time of the agent's work; at least
 * one per parallel slot, so that no slot idles beside a running one. Just that of an agent whose pace is not known: what is in
 * a chunk cannot be moved any more.
 */
import type { DispatchSettings, LaneState } from '../state.ts';

export interface ChunkSizing {
  lane: LaneState;
  parallel: number;
  /** Observed ÷ predicted time, permille. */
  pacePermille: number;
  isPaceKnown: boolean;
}

/** A number of tasks from 1 to what remains in the lane. Integers only. */
export function chunkSize(sizing: ChunkSizing, settings: DispatchSettings): number {
  const { lane, parallel, pacePermille, isPaceKnown } = sizing;
  const remaining = lane.size - lane.cursor;
  const guided = isPaceKnown ? Math.ceil(remaining / 4) : parallel;
  const meanMs = Math.max(1, Math.floor((meanTaskMs(lane) * pacePermille) / 1000));
  const byTime = Math.floor((settings.chunkTargetMs * parallel) / meanMs);
  return Math.max(1, Math.min(remaining, settings.chunkTasksMax, Math.max(parallel, Math.min(guided, byTime))));
}

/** Mean predicted time of the lane's tasks, whole milliseconds, at least 1. */
export function meanTaskMs(lane: LaneState): number {
  return lane.size === 0 ? 1 : Math.max(1, Math.floor(lane.totalMs / lane.size));
}
