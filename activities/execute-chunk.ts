/**
 * Executes a chunk: the rows `[from, to)` of an agent's lane, side by side up to the agent's parallelism. Every attempt
 * is a line of the chunk's segment before it counts. Starts nothing more once it was drained, cancelled, out of time, or
 * after a gap in its own heartbeats; then finishes what runs and reports what it has.
 */
import { createHash } from 'node:crypto';
import { stopsExecutor } from '../domain/dispatch/breaker.ts';
import { reportChunk } from '../domain/dispatch/chunk-report.ts';
import type { ChunkReport } from '../domain/dispatch/protocol.ts';
import { invariant } from '../domain/model/invariant.ts';
import type { AgentAnswer, AttemptLine } from '../domain/model/outcome.ts';
import type { LaneRow } from '../domain/model/plan.ts';
import { attemptLine, idempotencyKey } from '../domain/wave/attempt-line.ts';
import type { WaveSettings } from '../domain/wave/settings.ts';
import type { SegmentWriter } from '../store/segments/segment-writer.ts';
import { openSegment } from '../store/segments/segment-writer.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { AgentAdapter, TaskContext } from './agent-adapter.ts';
import type { AgentSession } from './agent-session.ts';
import { waveFiles } from './dependencies.ts';
import type { ExecuteChunkArgs } from './interface.ts';
import type { Pulse } from './pulse.ts';
import { startPulse } from './pulse.ts';

/** Outputs up to this length stay in the outcome; longer ones become files. */
const INLINE_OUTPUT_BYTES = 4096;
const ERROR_LENGTH_MAX = 1000;

export interface ExecutorDependencies {
  dataRoot: string;
  session: AgentSession;
  adapter: AgentAdapter;
}

export function createExecuteChunk(dependencies: ExecutorDependencies) {
  return async function executeChunk(args: ExecuteChunkArgs): Promise<ChunkReport> {
    const files = waveFiles(dependencies.dataRoot, args.ref);
    const [{ settings }, lane, epoch] = await Promise.all([
      files.tuning.read(),
      files.lane(args.planVersion, args.agentId),
      files.drainedEpoch(args.agentId),
    ]);
    const rows = lane.slice(args.from, args.to);
    invariant(rows.length === args.to - args.from, `lane ${args.agentId} of plan ${args.planVersion} is too short`);
    // This process may not be the one that was drained.
    dependencies.session.drain({ ref: args.ref, epoch });
    const segment = await openSegment(files.root, files.segmentBase(args.seq, args.agentId));
    const pulse = startPulse(args.heartbeatTimeoutMs, args.budgetMs, () => dependencies.session.look());
    const ended = dependencies.session.began(args.ref, args.seq, () => pulse.end());
    try {
      return await new ChunkExecution(dependencies, args, files, settings, rows, segment, pulse).run();
    } finally {
      ended();
      pulse.stop();
    }
  };
}

class ChunkExecution {
  private readonly lines: AttemptLine[];
  private broken: Error | null = null;
  private readonly dependencies: ExecutorDependencies;
  private readonly args: ExecuteChunkArgs;
  private readonly files: WaveFiles;
  private readonly settings: WaveSettings;
  private readonly rows: LaneRow[];
  private readonly segment: SegmentWriter;
  private readonly pulse: Pulse;

  constructor(
    dependencies: ExecutorDependencies,
    args: ExecuteChunkArgs,
    files: WaveFiles,
    settings: WaveSettings,
    rows: LaneRow[],
    segment: SegmentWriter,
    pulse: Pulse,
  ) {
    this.dependencies = dependencies;
    this.args = args;
    this.files = files;
    this.settings = settings;
    this.rows = rows;
    this.segment = segment;
    this.pulse = pulse;
    this.lines = [...segment.resumed];
  }

  async run(): Promise<ChunkReport> {
    const { session } = this.dependencies;
    const parallel = this.settings.parameters[this.args.agentId]?.max_parallel_tasks ?? 1;
    const running: Promise<void>[] = [];
    for (const [index, row] of this.rows.entries()) {
      const position = this.args.from + index;
      const before = this.lines.filter((line) => line.position === position);
      if (before.some((line) => line.verdict !== 'retry')) continue;
      const release = await session.acquire(this.args.seq, parallel, () => this.mayStart());
      if (release === null) break;
      running.push(this.runTask(row, position, before.length).finally(release));
    }
    await Promise.all(running);
    const accepted = await this.segment.close();
    if (this.broken !== null) throw this.broken;
    return reportChunk(this.args, this.lines, accepted, { leaving: this.dependencies.session.isLeaving() });
  }

  private mayStart(): boolean {
    const { session } = this.dependencies;
    if (this.broken !== null || !this.pulse.mayStart() || session.isLeaving()) return false;
    // An agent that fails everything is left alone; the dispatch decides what becomes of its tasks.
    return !stopsExecutor(this.lines) && !session.isDrained(this.args.ref, this.args.epoch);
  }

  /** Tries the task until it ends here, or nothing may start any more. Never throws. */
  private async runTask(row: LaneRow, position: number, failuresBefore: number): Promise<void> {
    try {
      for (let failures = failuresBefore; ; failures++) {
        const line = await this.attempt(row, position, failures);
        // Nobody counts what is done for a run that is gone or a chunk that was given up, and an aborted attempt has not failed.
        if (this.pulse.gone.aborted) return;
        await this.segment.append(line);
        this.lines.push(line);
        this.pulse.done = this.lines.length;
        if (line.verdict !== 'retry' || !this.mayStart()) return;
      }
    } catch (error) {
      this.broken ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  private async attempt(row: LaneRow, position: number, failures: number): Promise<AttemptLine> {
    const attempt = row.attempts_used + failures + 1;
    const startedAt = Date.now();
    const clock = performance.now();
    const answer = await this.ask(row, attempt, startedAt);
    const finishedAt = startedAt + Math.max(1, Math.round(performance.now() - clock));
    return attemptLine(this.settings, row, {
      position,
      planVersion: this.args.planVersion,
      failures,
      startedAt,
      finishedAt,
      answer: answer.error === undefined ? answer : { ...answer, error: answer.error.slice(0, ERROR_LENGTH_MAX) },
      ...(await this.keepOutput(row, attempt, answer)),
    });
  }

  /** One call of the agent, bounded by the task's time; whatever goes wrong is a failed attempt. */
  private async ask(row: LaneRow, attempt: number, startedAt: number): Promise<AgentAnswer> {
    const { taskTimeoutMs } = this.settings.limits;
    const { ref, agentId } = this.args;
    const abort = new AbortController();
    const parameters = this.settings.parameters[agentId];
    invariant(parameters, `agent ${agentId} has no parameters`);
    const context: TaskContext = {
      idempotency_key: idempotencyKey(this.settings.dataset, row.task_id, row.task.generation),
      wave: this.settings.wave,
      attempt,
      parameters,
      dry_run: false,
      declared_success_probability: row.declared,
      declared_time_ms: row.declared_ms,
      elapsed_ms: this.dependencies.session.elapsedMs(ref, startedAt),
      signal: AbortSignal.any([abort.signal, this.pulse.gone]),
    };
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<AgentAnswer>((resolve) => {
      timer = setTimeout(() => {
        abort.abort();
        resolve({ status: 'failed', error: `no answer within ${taskTimeoutMs} ms` });
      }, taskTimeoutMs);
    });
    try {
      return await Promise.race([this.dependencies.adapter.execute(row.task, context), tooLong]);
    } catch (error) {
      return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  private async keepOutput(
    row: LaneRow,
    attempt: number,
    answer: AgentAnswer,
  ): Promise<{ outputRef?: string; outputSha256?: string }> {
    if (answer.output === undefined || answer.output === null) return {};
    const text = JSON.stringify(answer.output);
    const outputSha256 = createHash('sha256').update(text).digest('hex');
    if (Buffer.byteLength(text) <= INLINE_OUTPUT_BYTES) return { outputSha256 };
    const outputRef = `${this.files.folder}/outputs/${row.task_id}-${attempt}-${outputSha256.slice(0, 16)}.json`;
    await this.files.store.write(outputRef, text);
    return { outputRef, outputSha256 };
  }
}
