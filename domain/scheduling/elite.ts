/** The best few assignments that a search has met, to start from and to cross. */

export interface EliteEntry {
  /** By task. */
  arcOf: Int32Array;
  potential: number;
}

/** Two potentials that differ by less than this share belong to one assignment. */
const SAME_SHARE = 1e-12;

export class Elite {
  private readonly entries: EliteEntry[] = [];
  private readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  get count(): number {
    return this.entries.length;
  }

  /** Takes it in, in place of the worst where the elite is full; one that it has already is passed over. */
  admit(arcOf: Int32Array, potential: number): void {
    if (this.entries.some((entry) => Math.abs(entry.potential - potential) <= SAME_SHARE * potential)) return;
    if (this.entries.length < this.size) {
      this.entries.push({ arcOf: arcOf.slice(), potential });
      return;
    }
    const worst = this.entries.reduce((a, b) => (b.potential > a.potential ? b : a));
    if (worst.potential <= potential) return;
    worst.arcOf.set(arcOf);
    worst.potential = potential;
  }

  best(): Int32Array {
    return this.entries.reduce((a, b) => (b.potential < a.potential ? b : a)).arcOf;
  }

  /** Each task where one of two drawn entries has it, more of the one or of the other. */
  cross(random: () => number): Int32Array {
    const [one, other] = [this.draw(random), this.draw(random)];
    const share = random();
    return one.map((arc, task) => (arc === other[task] || random() < share ? arc : other[task]!));
  }

  private draw(random: () => number): Int32Array {
    return this.entries[Math.floor(random() * this.entries.length)]!.arcOf;
  }
}
