/**
 * What people asked of a wave holds from then on, in whatever order and however often their messages come. The level is
 * kept here a second time, from the messages alone.
 */
import assert from 'node:assert/strict';
import type { StepResult } from '../../domain/dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../../domain/dispatch/protocol.ts';
import type { ChunkRange, ControlLevel, DispatchState } from '../../domain/dispatch/state.ts';
import { phaseOf } from '../../domain/dispatch/state.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';

export class ControlWatch {
  /** As people know it: the latest of what they said, whatever came when. */
  private level: ControlLevel | null = null;
  /** Spans in which the wave was `paused`; the last one is open (`to` Infinity) while it is. */
  private readonly spans: { from: number; to: number }[] = [];
  private readonly wasStruck: (agentId: string) => boolean;

  /** `wasStruck`: agents that crashed, froze or left so far. One that was given up may run on as a zombie. */
  constructor(wasStruck: (agentId: string) => boolean) {
    this.wasStruck = wasStruck;
  }

  readonly observe = (before: DispatchState, event: DispatchEvent, { state, commands }: StepResult): void => {
    this.level ??= before.level;
    if (event.type === 'level') this.hear(event.level);
    assert.deepEqual(state.level, this.level, 'the wave does not do what was said last');
    const { paused, dryRun, cancelled } = this.level;
    for (const { type } of commands) {
      const starts = type === 'dispatch' || type === 'plan';
      assert.ok(!starts || !paused, `${type} before it was resumed`);
      assert.ok(!starts || !dryRun, `${type} after it became a dry run`);
      assert.ok(!starts || !cancelled, `${type} after it was cancelled`);
    }
    this.noteStanding(event, state);
  };

  /** An attempt of an agent that nothing happened to lies wholly outside every pause. */
  wrote({ agentId }: ChunkRange, { task_id, started_at, finished_at }: AttemptLine): void {
    if (this.wasStruck(agentId)) return;
    for (const { from, to } of this.spans) {
      assert.ok(finished_at <= from || started_at >= to, `${agentId} was at work on ${task_id} while all was paused`);
    }
  }

  private hear(said: ControlLevel): void {
    if (this.level === null || said.epoch <= this.level.epoch) return;
    const { dryRun, cancelled } = this.level;
    this.level = { ...said, dryRun: dryRun || said.dryRun, cancelled: cancelled || said.cancelled };
  }

  /** Once it stands it stands, until people say otherwise. */
  private noteStanding({ type, at }: DispatchEvent, state: DispatchState): void {
    const open = this.spans.at(-1)?.to === Infinity ? this.spans.at(-1) : undefined;
    const stands = state.finished === null && this.level?.paused === true && phaseOf(state) === 'paused';
    if (stands) assert.equal(state.open.length, 0, 'paused with chunks in flight');
    if (stands && !open) this.spans.push({ from: at, to: Infinity });
    if (stands || !open) return;
    assert.ok(type === 'level' || state.finished !== null, `${type} ended a pause`);
    open.to = at;
  }
}
