/** Ids are unique over all runs and waves. */
import { placeText, teller } from './problem.ts';
import type { Tell } from './problem.ts';
import type { WaveRecords } from './wave-records.ts';

/** Ids met so far → where. */
export type IdBook = Map<string, string>;

export function checkIds(wave: WaveRecords, book: IdBook, tell: Tell): void {
  const off = teller(tell, 'ids');
  const rows = [
    ...wave.anomalies.map((row) => ({ row, kind: 'anomaly_id', id: row.value.anomaly_id })),
    ...wave.signals.map((row) => ({ row, kind: 'signal_id', id: row.value.signal_id })),
  ];
  for (const { row, kind, id } of rows) {
    const key = `${kind} ${id}`;
    const before = book.get(key);
    if (before === undefined) book.set(key, placeText(row));
    else off(row, `${key} was used before, at ${before}`);
  }
}
