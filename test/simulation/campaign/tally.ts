/** What a number of cases amount to. */
import type { Case } from './case.ts';
import { wholeCase } from './case.ts';
import type { Effects } from './effects.ts';
import type { FaultKind } from './fault.ts';
import { FAULT_KINDS } from './fault.ts';
import type { CaseResult, Violation } from './run-case.ts';
import { runCase } from './run-case.ts';

export interface Tally {
  seeds: number;
  tasks: number;
  attempts: number;
  /** Faults that came to pass, by kind. */
  faults: Record<FaultKind, number>;
  effects: Partial<Effects>;
  violations: number;
  /** The first ones only. */
  shown: Violation[];
}

/** Violations are kept in full up to so many: after the first ones, more of them say nothing new. */
const SHOWN_MAX = 20;
/** Every so many seeds a case is run again, and must give the same bytes. */
const AGAIN_EVERY = 10;

export function emptyTally(): Tally {
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  return { seeds: 0, tasks: 0, attempts: 0, faults, effects: {}, violations: 0, shown: [] };
}

export function addTo(tally: Tally, more: Tally): void {
  tally.seeds += more.seeds;
  tally.tasks += more.tasks;
  tally.attempts += more.attempts;
  tally.violations += more.violations;
  for (const kind of FAULT_KINDS) tally.faults[kind] += more.faults[kind];
  for (const [name, count] of Object.entries(more.effects) as [keyof Effects, number][]) {
    tally.effects[name] = (tally.effects[name] ?? 0) + count;
  }
  tally.shown = [...tally.shown, ...more.shown].sort((a, b) => a.seed - b.seed).slice(0, SHOWN_MAX);
}

export function tallyOf(result: CaseResult): Tally {
  const tally = { ...emptyTally(), seeds: 1, tasks: result.input.tasks.length, attempts: result.attempts };
  for (const { fault } of result.faults) tally.faults[fault.kind] += 1;
  return { ...tally, effects: result.effects, violations: result.violations.length, shown: result.violations };
}

/** Runs the case; now and then a second time, to compare. */
export function checkedCase(one: Case): CaseResult {
  const result = runCase(one);
  if (one.seed % AGAIN_EVERY !== 0) return result;
  const same = JSON.stringify(runCase(one).wave) === JSON.stringify(result.wave);
  const words = 'the same case gives other bytes the second time';
  if (!same) result.violations.push({ seed: one.seed, at_ms: 0, kind: words, words });
  return result;
}

/** Runs the seeds `from` … `from + count − 1`, each with all its faults. */
export default function tallySeeds({ from, count }: { from: number; count: number }): Tally {
  const tally = emptyTally();
  for (let seed = from; seed < from + count; seed++) addTo(tally, tallyOf(checkedCase(wholeCase(seed))));
  return tally;
}
