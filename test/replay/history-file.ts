/** Recorded histories: one compressed file an execution, one event a line, without what no replay looks at. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
export type Recorded = proto.temporal.api.history.v1.IHistory;

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));
const ENDING = '.jsonl.gz';
/** Who worked, where it threw, how long it took to send, and links of the web page. */
const LEFT_OUT = new Set([
  'identity',
  'workerVersion',
  'meteringMetadata',
  'links',
  'eventGroupMarkers',
  'taskId',
  'stackTrace',
]);

/** Names of the recorded histories as `<scenario>/<execution>`, sorted. */
export function historyNames(): string[] {
  if (!statSync(FOLDER, { throwIfNoEntry: false })) return [];
  return readdirSync(FOLDER).flatMap((scenario) =>
    readdirSync(join(FOLDER, scenario))
      .map((file) => `${scenario}/${file.replace(ENDING, '')}`)
      .sort(),
  );
}

/** The lines of a recorded history. */
export function historyText(name: string): string {
  return gunzipSync(readFileSync(join(FOLDER, `${name}${ENDING}`))).toString('utf8');
}

export function readHistory(name: string): Recorded {
  const lines = historyText(name).trimEnd().split('\n');
  return History.fromObject({ events: lines.map((line): unknown => JSON.parse(line)) });
}

/** Replaces the histories of a scenario. Answers with the files written, from the project's folder, and their bytes. */
export function writeHistories(
  scenario: string,
  histories: ReadonlyMap<string, Recorded>,
): { file: string; events: number; bytes: number }[] {
  const folder = join(FOLDER, scenario);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const leave = (key: string, value: unknown) => (LEFT_OUT.has(key) ? undefined : value);
  return [...histories].map(([execution, history]) => {
    const events = History.fromObject(history).toJSON().events as unknown[];
    const data = gzipSync(events.map((event) => `${JSON.stringify(event, leave)}\n`).join(''), { level: 9 });
    writeFileSync(join(folder, `${execution}${ENDING}`), data);
    const file = `test/replay/histories/${scenario}/${execution}${ENDING}`;
    return { file, events: events.length, bytes: data.length };
  });
}

/** Removes the histories of scenarios that are no more. Answers with their names. */
export function removeOthers(scenarios: readonly string[]): string[] {
  const gone = [...new Set(historyNames().map((name) => name.split('/')[0]!))].filter(
    (name) => !scenarios.includes(name),
  );
  for (const name of gone) rmSync(join(FOLDER, name), { recursive: true });
  return gone;
}
