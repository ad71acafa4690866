/** The attempts of a wave: numbered, one of them final, planned, recognisable; and no task done twice. */
import { groupBy } from '../../domain/model/group-by.ts';
import { DATASET_NAME } from '../../contracts/run-input.ts';
import type { OutcomeRecord } from '../../domain/model/records.ts';
import { placeText, teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { Row } from './record-reader.ts';
import type { WaveRecords } from './wave-records.ts';

/** Completed work over all waves and runs: `task_id/generation` → where. */
export type CompletedBook = Map<string, string>;

export function checkAttempts(wave: WaveRecords, completed: CompletedBook, tell: Tell): void {
  const off = teller(tell, 'attempts');
  const planned = new Set(wave.schedule.map(({ value }) => value.task_id));
  const done = new Set<string>();
  for (const rows of attemptsByTask(wave.outcomes).values()) {
    checkTask(rows, off);
    const [first] = rows;
    if (first && !planned.has(first.value.task_id))
      off(first, `task ${first.value.task_id} ran without being in a plan`);
    for (const row of rows) {
      const generation = checkKey(row, off);
      if (row.value.status !== 'completed') continue;
      done.add(row.value.task_id);
      const key = `${row.value.task_id}/${generation}`;
      const before = completed.get(key);
      if (before === undefined) completed.set(key, placeText(row));
      else off(row, `task ${row.value.task_id} was completed twice in generation ${generation}; before at ${before}`);
    }
  }
  for (const row of wave.deadLetters) {
    if (done.has(row.value.task_id)) off(row, `dead letter ${row.value.task_id} was completed in the same wave`);
  }
  checkOnce(wave, off);
}

/** Rows by task, each list in the order of its attempts. */
export function attemptsByTask(outcomes: readonly Row<OutcomeRecord>[]): Map<string, Row<OutcomeRecord>[]> {
  const byTask = groupBy(outcomes, ({ value }) => value.task_id);
  for (const rows of byTask.values()) rows.sort((a, b) => a.value.attempt - b.value.attempt);
  return byTask;
}

type Off = ReturnType<typeof teller>;

function checkTask(rows: readonly Row<OutcomeRecord>[], off: Off): void {
  for (const [index, row] of rows.entries()) {
    const { task_id, attempt, retries, status, final } = row.value;
    if (attempt !== index + 1) off(row, `task ${task_id}, attempt: expected ${index + 1}, found ${attempt}`);
    if (retries !== attempt - 1) off(row, `task ${task_id}, retries: expected ${attempt - 1}, found ${retries}`);
    if (status === 'completed' && index < rows.length - 1)
      off(row, `task ${task_id} was tried again after it completed`);
    if (final && index < rows.length - 1)
      off(row, `task ${task_id}: attempt ${attempt} is final, but a later one exists`);
  }
  const finals = rows.filter(({ value }) => value.final);
  const last = rows.at(-1);
  if (last && finals.length !== 1) {
    off(last, `task ${last.value.task_id}: expected exactly one final attempt, found ${finals.length}`);
  }
}

/** The generation that the key names; 0 where the key is not well-formed. */
function checkKey(row: Row<OutcomeRecord>, off: Off): number {
  const { idempotency_key: key, task_id } = row.value;
  const [dataset = '', task, generation = '', ...more] = key.split('/');
  if (DATASET_NAME.test(dataset) && task === task_id && /^[1-9]\d*$/.test(generation) && more.length === 0) {
    return Number(generation);
  }
  off(row, `idempotency_key: expected dataset/${task_id}/generation, found ${key}`);
  return 0;
}

/** A task stands in the plan once, and among the dead letters once. */
function checkOnce(wave: WaveRecords, off: Off): void {
  for (const rows of [wave.schedule, wave.deadLetters]) {
    const seen = new Set<string>();
    for (const row of rows) {
      if (seen.has(row.value.task_id)) off(row, `task ${row.value.task_id} is there twice`);
      seen.add(row.value.task_id);
    }
  }
}
