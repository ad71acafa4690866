/** The same events give the same states and commands, byte by byte: what Temporal's replay relies on. */
import assert from 'node:assert/strict';
import { step } from '../../domain/dispatch/rules-1/step.ts';
import type { StepResult } from '../../domain/dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../../domain/dispatch/protocol.ts';
import type { DispatchState } from '../../domain/dispatch/state.ts';

export class ReplayWatch {
  private first: string | null = null;
  private readonly taken: { event: DispatchEvent; result: string }[] = [];

  readonly observe = (before: DispatchState, event: DispatchEvent, result: StepResult): void => {
    this.first ??= JSON.stringify(before);
    this.taken.push({ event, result: JSON.stringify(result) });
  };

  /** Takes every event again from the first state, each on a state that cannot be changed. */
  checkEnd(rules: typeof step = step): void {
    if (this.first === null) return;
    let state = JSON.parse(this.first) as DispatchState;
    for (const [index, { event, result }] of this.taken.entries()) {
      const again = rules(frozen(state), event);
      assert.ok(JSON.stringify(again) === result, `event ${index + 1}, ${event.type}, gives other bytes on replay`);
      ({ state } = again);
    }
  }
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
