import type { DispatchState } from './state.ts';

/** Milliseconds after the wave's release, pauses taken out. */
export function originMs(state: DispatchState, at: number): number {
  if (state.releasedAt === null) return 0;
  const paused = state.pauses.reduce((sum, span) => sum + (span.to - span.from), 0);
  const standing = state.standingSince === null ? 0 : at - state.standingSince;
  return Math.max(0, at - state.releasedAt - paused - standing);
}
