/** A promise of the project, and how it is shown to be kept. */
import type { Findings } from '../findings.ts';
import type { CheckName } from '../problem.ts';
import { placeText } from '../problem.ts';

/** A test by file and title: `test/….test.ts › title`. */
export type TestName = `test/${string}.test.ts › ${string}`;

/** What the files at hand show; null: nothing, for or against. */
export type Verdict = { kept: boolean; where: string } | null;

export interface WrittenPromise {
  number: number;
  words: string;
  /** Shows it where the files at hand do not. */
  test: TestName;
  /** Absent where files cannot show it. */
  check?: (findings: Findings) => Verdict;
}

export interface JudgedPromise {
  number: number;
  words: string;
  kept: boolean;
  /** Places in the files, or a test by file and title. */
  shown_by: string;
}

export function judge(promise: WrittenPromise, findings: Findings): JudgedPromise {
  const { number, words, test } = promise;
  const verdict = promise.check?.(findings) ?? { kept: true, where: test };
  return { number, words, kept: verdict.kept, shown_by: verdict.where };
}

/**
 * Broken where one of the checks found a problem; else kept where `shown` says where it can be seen; null where it can
 * not.
 */
export function restsOn(checks: readonly CheckName[], shown: (findings: Findings) => string | null) {
  return (findings: Findings): Verdict => {
    const problem = findings.problems.find(({ check }) => checks.includes(check));
    if (problem) return { kept: false, where: `${placeText(problem)}: ${problem.problem}` };
    const where = shown(findings);
    return where === null ? null : { kept: true, where };
  };
}

/** The first that `find` sees something in, put into words. */
export function seen<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
