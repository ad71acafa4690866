/** Limits of a run that stand it still: tasks that failed for good, and what agents said that it cost. */

export interface RunLimits {
  maxFailures: number | null;
  maxCost: number | null;
}

/** What a run has spent so far, and at what it stands still next. */
export interface Spending {
  failures: number;
  /** In the unit in which agents report it. */
  cost: number;
  stopAt: RunLimits;
}

export function startSpending(limits: RunLimits): Spending {
  return { failures: 0, cost: 0, stopAt: { maxFailures: limits.maxFailures, maxCost: limits.maxCost } };
}

/**
 * Whether a limit was reached, in words, and where it stands from then on: whoever goes on after a stop grants the run the
 * whole limit once more.
 */
export function checkSpending(spending: Spending, limits: RunLimits): { reached: string | null; spending: Spending } {
  const { failures, cost, stopAt } = spending;
  const next = { ...stopAt };
  const reasons: string[] = [];
  if (limits.maxFailures !== null && stopAt.maxFailures !== null && failures >= stopAt.maxFailures) {
    reasons.push(`${failures} task(s) failed for good, limits.maxFailures is ${limits.maxFailures}`);
    next.maxFailures = failures + limits.maxFailures;
  }
  if (limits.maxCost !== null && stopAt.maxCost !== null && cost >= stopAt.maxCost) {
    reasons.push(`the cost is ${shown(cost)}, limits.maxCost is ${limits.maxCost}`);
    next.maxCost = cost + limits.maxCost;
  }
  if (reasons.length === 0) return { reached: null, spending };
  return { reached: reasons.join('; '), spending: { failures, cost, stopAt: next } };
}

/** Without the dust of adding fractions. */
function shown(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
