import type { AttemptLine } from '../model/outcome.ts';
import type { ChunkReport } from './protocol.ts';
import { type AcceptedSegment, type ChunkRange, rangeOf } from './state.ts';

/** What a chunk's lines amount to, for the dispatch. `elsewhere` and `leaving` as in `ChunkReport`. */
export function reportChunk(
  range: ChunkRange,
  lines: AttemptLine[],
  segment: AcceptedSegment | null,
  { elsewhere = 0, leaving = false }: { elsewhere?: number; leaving?: boolean } = {},
): ChunkReport {
  const completed = lines.filter((line) => line.verdict === 'completed');
  return {
    ...rangeOf(range),
    segment,
    completed: completed.length,
    dead: lines.filter((line) => line.verdict === 'dead').length,
    failedAttempts: lines.length - completed.length,
    elsewhere,
    straightFailures: straightFailures(lines),
    leaving,
    observedMs: durationMs(completed),
    predictedMs: Math.round(completed.reduce((sum, line) => sum + line.predicted_ms, 0)),
    workedMs: durationMs(lines),
    costMicros: Math.round(1e6 * lines.reduce((sum, line) => sum + (line.cost ?? 0), 0)),
    lastEndAt: lines.reduce<number | null>((latest, line) => Math.max(latest ?? 0, line.finished_at), null),
  };
}

function durationMs(lines: readonly AttemptLine[]): number {
  return lines.reduce((sum, line) => sum + (line.finished_at - line.started_at), 0);
}

/** Failed attempts after the last completed one, in the order in which they were written. */
export function straightFailures(lines: readonly AttemptLine[]): number {
  return lines.length - 1 - lines.findLastIndex((line) => line.verdict === 'completed');
}
