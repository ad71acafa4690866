/** Where the outputs of a dataset lie, as paths below the dataset's folder. */

/** What may be a folder's name below `runs/`. The colon is for ids that end in a time, as those of Temporal Schedules do. */
const EXECUTION_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

/** The same in words. */
export const EXECUTION_ID_EXPECTED = '1 to 128 letters, digits, "_", ".", ":" or "-", a letter or digit first';

/** Record files of a wave that grow over the runs: name in the wave's `records/` folder → path of the whole. */
export const GROWN_FILES: ReadonlyMap<string, string> = new Map([
  ...[
    'metrics.jsonl',
    'anomalies.jsonl',
    'learning_signals.jsonl',
    'meta_optimization_recommendations.jsonl',
    'gate_decisions.jsonl',
    'schedule_moves.jsonl',
    'dead_letters.jsonl',
    'quarantine.jsonl',
  ].map((name): [string, string] => [name, `phase22/${name}`]),
  ...[16, 18, 20].map((phase): [string, string] => [`feedback_${phase}.jsonl`, `phase${phase}/phase22_feedback.jsonl`]),
]);

/** Files of a whole run that the fixed paths show. */
export const RUN_FILES = ['phase22_summary.json', 'meta_optimization_report.md', 'inputs.json'] as const;

export const LEDGER_FOLDER = 'phase22/ledger/';

/** The ledger's entry `n`, counted from 1. */
export function entryPath(n: number): string {
  return `${LEDGER_FOLDER}${String(n).padStart(8, '0')}.json`;
}

/** The number in an entry's path; null for any other file. */
export function entryNumber(path: string): number | null {
  const n = path.startsWith(LEDGER_FOLDER) ? /^(\d{8})\.json$/.exec(path.slice(LEDGER_FOLDER.length))?.[1] : undefined;
  return n === undefined ? null : Number(n);
}

/** Whether a Workflow ID can name a run's folder. */
export function isExecutionId(text: string): boolean {
  return EXECUTION_ID.test(text);
}

/** Folder of one live run. An id that cannot be a folder's name is an error. */
export function runFolder(executionId: string): string {
  return `phase22/runs/${checked(executionId)}`;
}

/** Folder of one dry run. */
export function dryRunFolder(executionId: string): string {
  return `phase22/dry_runs/${checked(executionId)}`;
}

/** A wave's folder below its run's. */
export function waveFolder(folderOfRun: string, wave: number): string {
  return `${folderOfRun}/wave_${wave}`;
}

function checked(executionId: string): string {
  if (isExecutionId(executionId)) return executionId;
  throw new Error(
    `execution_id ${JSON.stringify(executionId)} names a folder: expected ${EXECUTION_ID_EXPECTED}. ` +
      'Start the run with such a Workflow ID.',
  );
}
