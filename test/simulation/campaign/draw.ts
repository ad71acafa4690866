import { seededRandom } from '../../../domain/model/random.ts';

/** Draws from a seed. Each subject has a stream of its own, so that leaving one out changes no other. */
export class Draw {
  readonly uniform: () => number;

  constructor(...parts: (string | number)[]) {
    this.uniform = seededRandom(...parts);
  }

  whole(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  of<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!;
  }
}
