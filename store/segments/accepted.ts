/** A segment as the wave accepted it: exactly the first `bytes` of `file` (a path below the store's root). */
export type { AcceptedSegment } from '../../domain/dispatch/state.ts';
