/** What must hold for every line that an agent writes, whoever still listens to it. */
import assert from 'node:assert/strict';
import type { StepResult } from '../../domain/dispatch/rules-1/step.ts';
import type { DispatchCommand, DispatchEvent } from '../../domain/dispatch/protocol.ts';
import type { ChunkRange, DispatchState } from '../../domain/dispatch/state.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';

/** From the command until the agent has it, when nothing delays it. */
const DRAIN_MS = 15;

export class LineWatch {
  /** Lines of chunks that were accepted before they were written. */
  readonly zombies = new Set<AttemptLine>();
  private readonly written = new Map<number, number>();
  private readonly epochs = new Map<number, number>();
  private readonly accepted = new Set<number>();
  private readonly drains = new Map<string, { epoch: number; at: number }[]>();
  private now = 0;
  private readonly wasStruck: (agentId: string) => boolean;

  /** `wasStruck`: agents that crashed or froze so far. What was told to them may have come late, or be forgotten. */
  constructor(wasStruck: (agentId: string) => boolean) {
    this.wasStruck = wasStruck;
  }

  readonly observe = (_before: DispatchState, event: DispatchEvent, { state }: StepResult): void => {
    this.now = event.at;
    if (event.type !== 'chunkFinished' && event.type !== 'chunkSettled') return;
    const { seq, segment } = event.report;
    // One with rivals is accepted only when it is settled.
    if (state.open.some((chunk) => chunk.seq === seq)) return;
    assert.ok(!this.accepted.has(seq), `chunk ${seq} was accepted twice`);
    assert.ok((segment?.lines ?? 0) <= (this.written.get(seq) ?? 0), `chunk ${seq}: more lines than were written`);
    this.accepted.add(seq);
  };

  /** A command is carried out, `delayMs` later than usual. */
  issued(command: DispatchCommand, delayMs: number): void {
    if (command.type === 'dispatch') this.epochs.set(command.seq, command.epoch);
    if (command.type !== 'drain') return;
    const drains = this.drains.get(command.agentId) ?? [];
    drains.push({ epoch: command.epoch, at: this.now + DRAIN_MS + delayMs });
    this.drains.set(command.agentId, drains);
  }

  wrote({ seq, agentId }: ChunkRange, line: AttemptLine): void {
    this.written.set(seq, (this.written.get(seq) ?? 0) + 1);
    if (this.accepted.has(seq)) this.zombies.add(line);
    const epoch = this.epochs.get(seq);
    assert.ok(epoch !== undefined, `chunk ${seq} runs and was never dispatched`);
    if (this.wasStruck(agentId)) return;
    for (const drain of this.drains.get(agentId) ?? []) {
      const after = line.started_at - drain.at;
      assert.ok(epoch >= drain.epoch || after <= 0, `${agentId} started a task ${after} ms after it was drained`);
    }
  }

  checkEnd(lines: readonly AttemptLine[]): void {
    assert.ok(
      !lines.some((line) => this.zombies.has(line)),
      'a line counts that was written after its chunk was accepted',
    );
  }
}
