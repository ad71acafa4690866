/**
 * An agent on the virtual clock: the executor's rules without processes. Chunks share the agent's parallel slots in the
 * order they came; a task is tried up to the agent's threshold; a drained chunk starts nothing more and returns what it has.
 */
import { stopsExecutor } from '../dispatch/breaker.ts';
import { countedBeside } from '../dispatch/counted-lines.ts';
import type { ChunkReport } from '../dispatch/protocol.ts';
import type { ChunkRange } from '../dispatch/state.ts';
import { reportChunk } from '../dispatch/chunk-report.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { LaneRow } from '../model/plan.ts';
import { attemptLine } from '../wave/attempt-line.ts';
import { CHUNK_BUDGET_MS } from '../wave/dispatch-settings.ts';
import type { WaveSettings } from '../wave/settings.ts';

/** The true course of one attempt. `elapsed_ms` counts from the agent's first task of the wave. */
export type AttemptModel = (
  row: LaneRow,
  attempt: number,
  speed_multiplier: number,
  elapsed_ms: number,
) => { duration_ms: number; success: boolean };

interface VirtualChunk {
  range: ChunkRange & { epoch: number };
  rows: LaneRow[];
  /** Index in `rows` of the next task to start. */
  next: number;
  running: number;
  drained: boolean;
  abandoned: boolean;
  lines: AttemptLine[];
}

export interface VirtualAgentHooks {
  /** Calls back at a virtual time, or later if the agent stands still then. */
  at: (time: number, what: (now: number) => void) => void;
  wrote: (chunk: ChunkRange, line: AttemptLine) => void;
  finished: (seq: number) => void;
}

export class VirtualAgent {
  private readonly chunks: VirtualChunk[] = [];
  /** Everything ever written, by chunk: what settling reads after a loss. */
  private readonly written = new Map<number, VirtualChunk>();
  private running = 0;
  private firstStartAt: number | null = null;
  /** Raised by a crash: what was begun before it never reports. */
  private life = 0;
  /** Chunks of an earlier epoch start nothing. */
  private drainedEpoch = 0;

  private readonly agentId: string;
  private readonly settings: WaveSettings;
  private readonly model: AttemptModel;
  private readonly hooks: VirtualAgentHooks;

  constructor(agentId: string, settings: WaveSettings, model: AttemptModel, hooks: VirtualAgentHooks) {
    this.agentId = agentId;
    this.settings = settings;
    this.model = model;
    this.hooks = hooks;
  }

  begin(range: VirtualChunk['range'], rows: LaneRow[], now: number): void {
    const drained = range.epoch < this.drainedEpoch;
    const chunk = { range, rows, next: 0, running: 0, drained, abandoned: false, lines: [] };
    this.chunks.push(chunk);
    this.written.set(range.seq, chunk);
    this.hooks.at(now + CHUNK_BUDGET_MS, (at) => {
      if (chunk.drained || !this.chunks.includes(chunk)) return;
      chunk.drained = true;
      this.fill(at);
    });
    this.fill(now);
  }

  drain(epoch: number, now: number): void {
    this.drainedEpoch = Math.max(this.drainedEpoch, epoch);
    for (const chunk of this.chunks) chunk.drained ||= chunk.range.epoch < this.drainedEpoch;
    this.fill(now);
  }

  /** The chunk's attempts are given up, and nobody waits for its report. */
  abandon(seq: number, now: number): void {
    const chunk = this.chunks.find((candidate) => candidate.range.seq === seq);
    if (!chunk) return;
    chunk.abandoned = true;
    this.chunks.splice(this.chunks.indexOf(chunk), 1);
    this.running -= chunk.running;
    this.fill(now);
  }

  /** Starts nothing more of what it has. */
  stop(now: number): void {
    for (const chunk of this.chunks) chunk.drained = true;
    this.fill(now);
  }

  crash(): void {
    this.life += 1;
    this.chunks.length = 0;
    this.running = 0;
  }

  /** Starts tasks while slots are free; reports chunks that have nothing left to start or wait for. */
  private fill(now: number): void {
    const parallel = this.settings.parameters[this.agentId]?.max_parallel_tasks ?? 1;
    for (const chunk of this.chunks) {
      while (!chunk.drained && this.running < parallel && chunk.next < chunk.rows.length) {
        const row = chunk.rows[chunk.next]!;
        chunk.next += 1;
        chunk.running += 1;
        this.running += 1;
        this.attempt(chunk, row, chunk.range.from + chunk.next - 1, 0, now);
      }
    }
    for (const chunk of [...this.chunks]) {
      if (chunk.running > 0 || (!chunk.drained && chunk.next < chunk.rows.length)) continue;
      this.chunks.splice(this.chunks.indexOf(chunk), 1);
      this.hooks.finished(chunk.range.seq);
    }
  }

  private attempt(chunk: VirtualChunk, row: LaneRow, position: number, failures: number, now: number): void {
    this.firstStartAt ??= now;
    const { life } = this;
    const attempt = row.attempts_used + failures + 1;
    const speed = this.settings.parameters[this.agentId]?.speed_multiplier ?? 1;
    const truth = this.model(row, attempt, speed, now - this.firstStartAt);
    const { taskTimeoutMs } = this.settings.limits;
    const inTime = truth.duration_ms <= taskTimeoutMs;
    const duration = Math.max(1, Math.round(inTime ? truth.duration_ms : taskTimeoutMs));
    this.hooks.at(now + duration, (finishedAt) => {
      if (life !== this.life || chunk.abandoned) return;
      const line = attemptLine(this.settings, row, {
        position,
        planVersion: chunk.range.planVersion,
        failures,
        startedAt: now,
        finishedAt,
        answer: truth.success && inTime ? { status: 'completed' } : { status: 'failed', error: 'simulated failure' },
      });
      chunk.lines.push(line);
      this.hooks.wrote(chunk.range, line);
      if (life !== this.life) return;
      chunk.drained ||= stopsExecutor(chunk.lines);
      if (line.verdict === 'retry' && !chunk.drained) {
        this.attempt(chunk, row, position, failures + 1, finishedAt);
        return;
      }
      chunk.running -= 1;
      this.running -= 1;
      this.fill(finishedAt);
    });
  }

  linesOf(seq: number): AttemptLine[] {
    return this.written.get(seq)?.lines ?? [];
  }
}

/** On the virtual clock a segment is a list in memory: its name stands for its digest. */
export function segmentName(seq: number): string {
  return `c${seq}`;
}

/** What a chunk's segment says, beside the lines that were accepted of its rivals. */
export function virtualReport(
  range: ChunkRange,
  lines: AttemptLine[],
  rivals: readonly AttemptLine[],
  rows: readonly LaneRow[],
  leaving: boolean,
): ChunkReport {
  const ids = rows.map((row) => row.task_id);
  const { counted, elsewhere } = countedBeside(rivals, lines, ids);
  const file = segmentName(range.seq);
  const segment = { file, lines: lines.length, bytes: lines.length, sha256: file };
  return reportChunk(range, counted, segment, { elsewhere, leaving });
}
