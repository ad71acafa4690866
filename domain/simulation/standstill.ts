/** Something that may stand still for a while: what comes meanwhile is kept, and follows in order when it goes on. */
export class Standstill {
  private kept: (() => void)[] | null = null;

  get stands(): boolean {
    return this.kept !== null;
  }

  /** Does it now, or when it goes on. */
  pass(what: () => void): void {
    if (this.kept === null) what();
    else this.kept.push(what);
  }

  stop(): void {
    this.kept ??= [];
  }

  /** What was kept may make it stand again; the rest of it then waits on. */
  goOn(): void {
    const { kept } = this;
    this.kept = null;
    for (const what of kept ?? []) this.pass(what);
  }

  /** Goes on, but without what was kept. */
  forget(): void {
    this.kept = null;
  }
}
