/** Recorded histories: one event a line, without what no replay looks at. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type Recorded = proto.temporal.api.history.v1.IHistory;

/** Who worked, how long it took to send, and links of the web page. */
const LEFT_OUT = new Set(['identity', 'workerVersion', 'meteringMetadata', 'links', 'eventGroupMarkers', 'taskId']);

export function readHistory(name: string): Recorded {
  const lines = readFileSync(pathOf(name), 'utf8').trimEnd().split('\n');
  return History.fromObject({ events: lines.map((line): unknown => JSON.parse(line)) });
}

export function writeHistory(name: string, history: Recorded): void {
  const leave = (key: string, value: unknown) => (LEFT_OUT.has(key) ? undefined : value);
  const lines = (History.fromObject(history).toJSON().events as unknown[]).map((event) => JSON.stringify(event, leave));
  writeFileSync(pathOf(name), lines.map((line) => `${line}\n`).join(''));
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`./histories/${name}.jsonl`, import.meta.url));
}
