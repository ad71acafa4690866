/** How much a search may still do: evaluations are counted, and a clock, where there is one, is the caller's. */

/** So many evaluations (about a millisecond) lie between two questions to the caller. */
const ASK_EVERY = 20_000;

export class SearchBudget {
  evaluations = 0;
  private askAt = ASK_EVERY;
  private stopped = false;
  private readonly evaluationsMax: number;
  private readonly shouldStop: () => boolean;

  constructor(evaluationsMax: number, shouldStop: () => boolean = () => false) {
    this.evaluationsMax = evaluationsMax;
    this.shouldStop = shouldStop;
  }

  spend(evaluations: number): void {
    this.evaluations += evaluations;
    if (this.evaluations < this.askAt) return;
    this.askAt = this.evaluations + ASK_EVERY;
    if (this.shouldStop()) this.stopped = true;
  }

  isUsedUp(): boolean {
    return this.stopped || this.evaluations >= this.evaluationsMax;
  }
}
