/**
 * What the chunks of one agent share inside its process: the slots, the drains, and when its wave began. One session
 * per agent and process.
 */
import type { DrainArgs, WaveRef } from './interface.ts';

interface Waiter {
  order: number;
  limit: number;
  wanted: () => boolean;
  settle: (release: (() => void) | null) => void;
}

export class AgentSession {
  /** True once the agent's process is stopping: chunks start nothing more. */
  isLeaving: () => boolean = () => false;
  private taken = 0;
  private readonly waiters: Waiter[] = [];
  /** By wave, since each wave counts epochs of its own: chunks of an earlier epoch start nothing more. */
  private readonly drained = new Map<string, number>();
  private readonly atWork = new Map<string, () => void>();
  private wave: { key: string; firstStartAt: number } | null = null;

  /**
   * Waits for one of `limit` slots; the lowest order is served first, so that an older chunk is done before a newer one.
   * Answers null as soon as the slot is not wanted any more.
   */
  acquire(order: number, limit: number, wanted: () => boolean): Promise<(() => void) | null> {
    return new Promise((settle) => {
      this.waiters.push({ order, limit, wanted, settle });
      this.waiters.sort((a, b) => a.order - b.order);
      this.look();
    });
  }

  /** Looks again at who may have a slot, and who wants none any more. */
  look(): void {
    for (const waiter of [...this.waiters]) {
      const wanted = waiter.wanted();
      if (wanted && this.taken >= waiter.limit) continue;
      this.waiters.splice(this.waiters.indexOf(waiter), 1);
      if (!wanted) {
        waiter.settle(null);
        continue;
      }
      this.taken += 1;
      let released = false;
      waiter.settle(() => {
        if (released) return;
        released = true;
        this.taken -= 1;
        this.look();
      });
    }
  }

  drain({ ref, epoch }: Pick<DrainArgs, 'ref' | 'epoch'>): void {
    if (epoch === 0) return;
    const before = this.drained.get(waveKey(ref)) ?? 0;
    this.drained.set(waveKey(ref), Math.max(before, epoch));
    this.look();
  }

  /** Takes note of a chunk at work, and how to end its attempts; answers with what takes the note back. */
  began(ref: WaveRef, seq: number, end: () => void): () => void {
    const key = `${waveKey(ref)}/${seq}`;
    this.atWork.set(key, end);
    return () => void this.atWork.delete(key);
  }

  /** Ends the attempts of a chunk that nobody waits for any more. */
  giveUp(ref: WaveRef, seq: number): void {
    this.atWork.get(`${waveKey(ref)}/${seq}`)?.();
    this.look();
  }

  isDrained(ref: WaveRef, epoch: number): boolean {
    return epoch < (this.drained.get(waveKey(ref)) ?? 0);
  }

  /** Milliseconds since the agent's first task of the wave in this process. */
  elapsedMs(ref: WaveRef, now: number): number {
    const key = waveKey(ref);
    if (this.wave?.key !== key) this.wave = { key, firstStartAt: now };
    return now - this.wave.firstStartAt;
  }
}

function waveKey({ execution_id, wave }: WaveRef): string {
  return `${execution_id}/${wave}`;
}
