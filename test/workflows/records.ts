/** How tests read what runs have left in a dataset. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { GateDecisionRecord, OutcomeRecord } from '../../domain/model/records.ts';
import { localArtifacts } from '../../store/artifacts/local-artifacts.ts';
import { readLedger } from '../../store/ledger/ledger.ts';
import { verifyLedger } from '../../store/ledger/verify-ledger.ts';

/** The rows of a JSONL file; none where it is missing. */
export function rows<Row>(path: string): Row[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

export function json<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** Every file below a folder with its digest, sorted: two equal listings are two equal folders. */
export function listing(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return `${relative(folder, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
    })
    .sort();
}

/** The outcomes that the ledger of a dataset names, of every run or of one. */
export async function committedOutcomes(folder: string, executionId?: string): Promise<OutcomeRecord[]> {
  const entries = (await readLedger(localArtifacts(folder))).filter(
    (entry) => entry.kind === 'wave' && (executionId === undefined || entry.execution_id === executionId),
  );
  return entries.flatMap(({ files }) =>
    files
      .filter(({ path }) => path.endsWith('/outcomes.jsonl'))
      .flatMap(({ path }) => rows<OutcomeRecord>(join(folder, path))),
  );
}

/** Names of all tasks that a generated dataset schedules. */
export function taskIds(folder: string): string[] {
  const scheduled = rows<{ task_id: string }>(join(folder, 'phase20/predicted_schedule.jsonl'));
  return [...new Set(scheduled.map(({ task_id }) => task_id))].sort();
}

/** The ids of tasks with a final outcome, each as often as it has one, sorted. */
export function finals(outcomes: OutcomeRecord[], status?: OutcomeRecord['status']): string[] {
  return outcomes
    .filter((row) => row.final && (status === undefined || row.status === status))
    .map(({ task_id }) => task_id)
    .sort();
}

/** No attempt twice, one final outcome per executed task and generation, and a ledger without fault. */
export async function assertSound(folder: string): Promise<OutcomeRecord[]> {
  assert.deepEqual(await verifyLedger(localArtifacts(folder)), []);
  const outcomes = await committedOutcomes(folder);
  const attempts = outcomes.map((row) => `${row.execution_id} ${row.wave} ${row.idempotency_key} ${row.attempt}`);
  assert.equal(new Set(attempts).size, attempts.length, 'an attempt is recorded twice');
  const executed = new Set(outcomes.map((row) => `${row.execution_id} ${row.wave} ${row.idempotency_key}`));
  const ended = outcomes.filter((row) => row.final);
  const endedOnce = new Set(ended.map((row) => `${row.execution_id} ${row.wave} ${row.idempotency_key}`));
  assert.equal(ended.length, endedOnce.size, 'a task has two final outcomes');
  assert.equal(endedOnce.size, executed.size, 'an executed task has no final outcome');
  const completed = ended.filter((row) => row.status === 'completed').map((row) => row.idempotency_key);
  assert.equal(new Set(completed).size, completed.length, 'a task completed twice');
  return outcomes;
}

/** Decisions of a kind, by task id, of one run. */
export function decided(folder: string, executionId: string, approval: GateDecisionRecord['approval']): string[] {
  const decisions = rows<GateDecisionRecord>(join(folder, 'phase22/gate_decisions.jsonl'));
  const mine = decisions.filter((row) => row.execution_id === executionId && row.approval === approval);
  return [...new Set(mine.map(({ task_id }) => task_id))].sort();
}
