/** One fault of an input, in words for the person who wrote it. */
export interface Problem {
  /** Path of the field, such as `gate.approvalTimeout`, or a file. */
  field: string;
  /** What was found, as JSON, cut to a readable length. */
  value: string;
  /** What would have been accepted, and what to do where that helps. */
  expected: string;
}

/** `field: found value, expected …`, one line. */
export function problemText(problem: Problem): string {
  return `${problem.field}: found ${problem.value}, expected ${problem.expected}`;
}

/** A bad run input, data set or fleet file: ends a run at once, before anything is written. Never worth a retry. */
export class BadInputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'BadInputError';
    this.problems = problems;
  }
}
