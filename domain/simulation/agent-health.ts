/** Whether an agent on the virtual clock lives, stands still or is gone. */
import type { Trouble } from './interference.ts';
import { Standstill } from './standstill.ts';

/** Without a sign of life, until the server gives a chunk up. */
export const HEARTBEAT_TIMEOUT_MS = 10_000;

export class AgentHealth {
  crashed = false;
  /** It takes no more work, and answers nobody who asks for it. */
  left = false;
  /** What the agent does passes here: while it is frozen, it waits. */
  readonly still = new Standstill();
  private thawAt = 0;

  /** True when it answers nobody now. */
  get isDown(): boolean {
    return this.crashed || this.left || this.still.stands;
  }

  /** True when it will show no sign of life until its chunks are given up. */
  isSilent(now: number): boolean {
    return this.crashed || this.left || this.thawAt >= now + HEARTBEAT_TIMEOUT_MS;
  }

  suffer(
    trouble: Extract<Trouble, { agent_id: string }>,
    now: number,
    later: (at: number, what: () => void) => void,
  ): void {
    if (trouble.kind === 'recover') {
      this.crashed = false;
      this.left = false;
    } else if (trouble.kind === 'leave') this.left = true;
    else if (trouble.kind === 'crash') {
      this.crashed = true;
      this.thawAt = 0;
      this.still.forget();
    } else {
      this.thawAt = now + trouble.for_ms;
      this.still.stop();
      later(this.thawAt, () => this.still.goOn());
    }
  }
}
