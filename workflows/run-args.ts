/** What a run answers, and what it hands to its next execution when it continues as new. */
import type { OpenedRun } from '../activities/interface.ts';
import type { Note } from '../domain/control/notes.ts';
import type { RetryAsk } from '../domain/control/retry-ask.ts';
import type { SharedLevel } from '../domain/control/shared-level.ts';
import type { Spending } from '../domain/control/spending.ts';
import type { RunStatus, WaveResult } from '../domain/model/run.ts';

/** What a run answers when it ends. */
export interface RunResult {
  execution_id: string;
  dataset: string;
  dry_run: boolean;
  status: RunStatus;
  reason: string | null;
  waves: WaveResult[];
}

/** A run, once it was opened. */
export interface RunState {
  opened: OpenedRun;
  /** Position in `opened.waves` of the next wave. */
  next: number;
  carry: string | null;
  finished: WaveResult[];
  /** Waves skipped, before they began or in the middle. */
  skipped: number[];
  /** Failed tasks that run again in the next wave; null: none were asked for. */
  retry: RetryAsk | null;
  /** The wave of which some, having come to no end, are part of the next one too, but no reason for one more; null: none. */
  retryLeft: number | null;
  stopAt: Spending['stopAt'];
  startedAt: number;
}

export interface RunResume {
  state: RunState;
  level: SharedLevel;
  reason: string | null;
  notes: Note[];
}
