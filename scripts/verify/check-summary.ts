/** A run's summary against what its waves really left. */
import { summaryRecord } from '../../contracts/output-records.ts';
import { differences, sameNumber } from './differences.ts';
import { teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { RecordReader } from './record-reader.ts';
import type { WaveFacts } from './wave-facts.ts';

/** `waves` in the order of their commits. */
export async function checkSummary(
  reader: RecordReader,
  file: string,
  execution: { execution_id: string; dry_run: boolean; status: string | null },
  waves: readonly WaveFacts[],
  tell: Tell,
): Promise<void> {
  const row = await reader.document(file, summaryRecord);
  if (row === null) return;
  const off = teller(tell, 'summary');
  const sum = (pick: (wave: WaveFacts) => number) => waves.reduce((total, wave) => total + pick(wave), 0);
  const completed = sum((wave) => wave.counts.completed);
  const failed = sum((wave) => wave.counts.deadLetters);
  const rejected = sum((wave) => wave.counts.rejected);
  const deferred = waves.at(-1)?.counts.deferred ?? 0;
  const { status, ...who } = execution;
  const expected = {
    ...who,
    ...(status === null ? {} : { status }),
    waves_executed: waves.length,
    completed_tasks: completed,
    failed_tasks: failed,
    deferred_tasks: deferred,
    rejected_tasks: rejected,
    system_health_score: waves.findLast((wave) => wave.score !== null)?.score ?? null,
    learning_signals_generated: sum((wave) => wave.signals.length),
    anomalies_detected: sum((wave) => wave.anomalies.length),
  };
  for (const text of differences(expected, row.value)) off(row, `${text}, from the waves' records`);
  const { success_rate, total_tasks, start_time, end_time } = row.value;
  const rate = completed + failed === 0 ? null : completed / (completed + failed);
  if (rate === null || success_rate === null ? rate !== success_rate : !sameNumber(rate, success_rate)) {
    off(row, `success_rate: expected ${rate}, completed by completed and failed, found ${success_rate}`);
  }
  const ended = completed + failed + deferred + rejected;
  if (total_tasks < ended)
    off(row, `total_tasks: found ${total_tasks}, but ${ended} tasks were completed, failed, deferred or rejected`);
  if (Date.parse(end_time) < Date.parse(start_time))
    off(row, `end_time: ${end_time} is before start_time ${start_time}`);
}
