/** What the command line's exit codes mean, and the error that carries one. */

export const exitCodes = {
  ok: 0,
  /** A problem was found, or the run ended failed, cancelled or aborted. */
  problem: 1,
  /** Wrong usage, bad input, or an answer that the run refused. */
  badInput: 2,
  /** The Temporal server cannot be reached. */
  serverUnreachable: 3,
  /** No run or schedule of that name, or none at all. */
  noSuchRun: 4,
  /** The server is there, but no orchestrator answers for the run. */
  noOrchestrator: 5,
} as const;

export const exitCodesHelp =
  'Exit codes: 0 done; 1 a problem was found, or the run ended badly; 2 bad usage or input, or the run refused the message; ' +
  '3 server not reachable; 4 no such run or schedule; 5 no orchestrator answers.';

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An outcome for people: one line that says what is wrong and what to do. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
