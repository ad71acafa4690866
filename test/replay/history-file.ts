/** Recorded histories: one event a line, without what no replay looks at. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

type History = Parameters<typeof historyToJSON>[0];

export interface HistoryEvent {
  eventId: string;
  eventType: string;
  [attributes: string]: unknown;
}

export interface RecordedHistory {
  events: HistoryEvent[];
}

/** Who worked, how long it took to send, and links of the web page. */
const LEFT_OUT = new Set(['identity', 'workerVersion', 'meteringMetadata', 'links', 'eventGroupMarkers', 'taskId']);

export function readHistory(name: string): RecordedHistory {
  const lines = readFileSync(pathOf(name), 'utf8').trimEnd().split('\n');
  return { events: lines.map((line) => JSON.parse(line) as HistoryEvent) };
}

export function writeHistory(name: string, history: History): void {
  const { events } = JSON.parse(historyToJSON(history)) as RecordedHistory;
  const lines = events.map((event) =>
    JSON.stringify(event, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value)),
  );
  writeFileSync(pathOf(name), `${lines.join('\n')}\n`);
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`./${name}.history.jsonl`, import.meta.url));
}
