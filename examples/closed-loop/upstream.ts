/**
 * Phases 16, 18 and 20 in small: reads what a run told them, predicts better, and says what it did with each signal.
 *
 *   npx tsx examples/closed-loop/upstream.ts data/demo
 *
 * The memory is written first and is the whole truth; every other file is made anew from it and from what was there, and
 * takes its place by a rename. Acknowledgements come last, so whoever reads one reads the corrections too. Killed anywhere
 * and started again, it ends as if it had run once; run twice, it changes nothing.
 */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Memory, Signal } from './corrections.ts';
import { blankMemory, corrected, learn, PHASES } from './corrections.ts';

const MEMORY = 'phase20/closed_loop.json';
const SUMMARY = 'phase18/multi_agent_summary.json';
type Row = Record<string, unknown>;
export type Write = (path: string, text: string) => void;

/** Closes the loop once for the dataset in this folder. Answers with the files that changed. */
export function closeLoop(folder: string, write: Write = writeWhole): string[] {
  const changed: string[] = [];
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '');
  const replace = (path: string, text: string) => {
    if (text === read(path)) return;
    write(join(folder, path), text);
    changed.push(path);
  };

  const signals = PHASES.flatMap(
    (phase) => rowsOf(read(`phase${phase}/phase22_feedback.jsonl`)).filter(isSignal) as unknown as Signal[],
  );
  const isBlank = !existsSync(join(folder, MEMORY));
  if (isBlank && predictionFiles(folder).some((path) => rowsOf(read(path)).some((row) => 'first_predicted' in row)))
    throw new Unreadable(
      `${MEMORY} is missing, and predictions were corrected by it: without it they would be corrected twice; restore it, or begin with a new dataset`,
    );
  const before = isBlank ? blankMemory() : memoryOf(json(MEMORY, read(MEMORY)));
  const summary = read(SUMMARY) === '' ? null : (json(SUMMARY, read(SUMMARY)) as Summary);
  const memory = learn(before, signals, retryRates(summary));
  if (signals.length > 0) replace(MEMORY, `${JSON.stringify(memory, null, 2)}\n`);

  for (const path of predictionFiles(folder))
    replace(
      path,
      eachLine(read(path), (row) => predictAgain(row, memory)),
    );
  replace(
    'phase16/heuristics.jsonl',
    eachLine(read('phase16/heuristics.jsonl'), (row) => weaken(row, memory)),
  );
  if (summary && Object.keys(memory.retry_rates).length > 0) {
    for (const [agent, rate] of Object.entries(memory.retry_rates)) {
      const performance = summary.agent_performance?.[agent];
      if (performance) performance.retry_rate = rate;
    }
    replace(SUMMARY, `${JSON.stringify(summary)}\n`);
  }
  for (const phase of PHASES) {
    const path = `phase${phase}/phase22_ack.jsonl`;
    const said = read(path);
    const known = new Set(rowsOf(said).map(({ signal_id }) => signal_id));
    const further = memory.consumed[phase].filter(({ signal_id }) => !known.has(signal_id));
    const whole = said === '' || said.endsWith('\n') ? said : `${said}\n`;
    if (further.length > 0) replace(path, whole + further.map((one) => `${JSON.stringify(one)}\n`).join(''));
  }
  return changed;
}

/** A line that is cut off, or something else, says nothing; the run writes whole lines only. */
function isSignal({ signal_id, content }: Row): boolean {
  return typeof signal_id === 'string' && typeof content === 'object' && content !== null;
}

function memoryOf(value: unknown): Memory {
  const memory = value as Partial<Memory> | null;
  const parts = [memory?.consumed, memory?.corrections, memory?.retry_rates, memory?.heuristic_factors];
  const isWhole = parts.every((part) => typeof part === 'object' && part !== null);
  if (isWhole && PHASES.every((phase) => Array.isArray(memory?.consumed?.[phase]))) return memory as Memory;
  throw new Unreadable(`${MEMORY} is not the memory that this program writes; restore it`);
}

interface Summary {
  agent_performance?: Record<string, { retry_rate?: number } | null>;
}

function retryRates(summary: Summary | null): Record<string, number> {
  const entries = Object.entries(summary?.agent_performance ?? {});
  return Object.fromEntries(entries.map(([agent, performance]) => [agent, performance?.retry_rate ?? 0]));
}

/** Both layouts: `phase20/predicted_tasks.jsonl`, and the same by wave and agent. */
function predictionFiles(folder: string): string[] {
  if (!existsSync(join(folder, 'phase20'))) return [];
  const names = readdirSync(join(folder, 'phase20'), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /(?:^|[\\/])predicted_tasks\.jsonl$/.test(name))
    .sort()
    .map((name) => `phase20/${name}`);
}

/** Agents and heuristics may be named like properties of every object. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** What was predicted at first stays in the row, so that a correction is never made on top of itself. */
function predictAgain(row: Row, { corrections }: Memory): Row {
  const correction = own(corrections, String(row['agent_id']));
  const numbers = [row['predicted_execution_time'], row['predicted_success_probability']];
  if (correction === undefined || numbers.some((value) => typeof value !== 'number')) return row;
  const first = (row['first_predicted'] ?? {
    time: row['predicted_execution_time'],
    success: row['predicted_success_probability'],
  }) as { time: number; success: number };
  const { time, success } = corrected(first, correction);
  return { ...row, predicted_success_probability: success, predicted_execution_time: time, first_predicted: first };
}

/** What a harmful heuristic adds is halved. */
function weaken(row: Row, { heuristic_factors }: Memory): Row {
  const factor = own(heuristic_factors, String(row['heuristic_id']));
  if (factor === undefined) return row;
  const rule = row['rule'] as Row | null | undefined;
  if (typeof rule !== 'object' || rule === null) return row;
  const first = (row['first_rule'] ?? rule) as Row;
  const changed = { ...rule };
  for (const field of ['amount', 'confidence_penalty']) {
    if (typeof first[field] === 'number') changed[field] = Number((first[field] * factor).toPrecision(6));
  }
  return { ...row, rule: changed, first_rule: first };
}

/** Lines that are no JSON objects stay as they are. */
function eachLine(text: string, change: (row: Row) => Row): string {
  return text
    .split('\n')
    .map((line) => {
      const row = parsed(line);
      if (row === null) return line;
      const next = change(row);
      return next === row ? line : JSON.stringify(next);
    })
    .join('\n');
}

function rowsOf(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const row = parsed(line);
    return row === null ? [] : [row];
  });
}

function parsed(line: string): Row | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : null;
  } catch {
    return null;
  }
}

/** A reader sees the old file or the new one, never a part. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w');
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

/** A file that does not hold what it should, in words. */
class Unreadable extends Error {}

function json(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unreadable(`${path} is not JSON (${reason}); restore it`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined || !existsSync(join(folder, 'phase20'))) {
    if (folder !== undefined) console.error(`${folder} is no folder of a dataset: it has no folder phase20.`);
    console.error('Usage: npx tsx examples/closed-loop/upstream.ts <folder of a dataset>');
    process.exitCode = 2;
  } else {
    try {
      const changed = closeLoop(folder);
      console.log(changed.length === 0 ? 'Nothing new.' : `Changed ${changed.length} file(s):\n${changed.join('\n')}`);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      console.error(`Nothing was changed: ${error.message}.`);
      process.exitCode = 1;
    }
  }
}
