import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RowParser } from '../../contracts/input-records.ts';
import { isObject, parseJsonBytes, rawPreview } from './json-text.ts';
import type { ByteLine } from './line-splitter.ts';
import { LINE_BYTES_MAX, LineSplitter } from './line-splitter.ts';

/** A line that was not used. */
export interface Rejected {
  /** From 1; 1 also for a fault of the whole file. */
  line: number;
  reason: string;
  /** The line's first 500 bytes. */
  raw: string;
}

export interface JsonlContent<T> {
  records: { value: T; line: number }[];
  rejected: Rejected[];
  /** False: there is no such file. */
  present: boolean;
}

export type FileState = 'file' | 'missing' | 'other';

/** Whether a path leads to a plain file; a folder, pipe or device is `other`. */
export async function fileState(path: string): Promise<FileState> {
  try {
    return (await stat(path)).isFile() ? 'file' : 'other';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    throw error;
  }
}

/** Reads lines from byte chunks; see `readJsonl`. */
export async function readJsonlChunks<T>(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  parse: RowParser<T>,
): Promise<Pick<JsonlContent<T>, 'records' | 'rejected'>> {
  const records: { value: T; line: number }[] = [];
  const rejected: Rejected[] = [];
  const splitter = new LineSplitter((line) => {
    const result = parseLine(line, parse);
    if (result.ok) records.push({ value: result.value, line: line.line });
    else rejected.push({ line: line.line, reason: result.reason, raw: rawPreview(line.bytes) });
  });
  for await (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return { records, rejected };
}

function parseLine<T>(line: ByteLine, parse: RowParser<T>): ReturnType<RowParser<T>> {
  if (line.tooLong) return { ok: false, reason: `longer than 1 MB (${LINE_BYTES_MAX} bytes)` };
  const json = parseJsonBytes(line.bytes);
  if (!json.ok) return json;
  if (!isObject(json.value)) return { ok: false, reason: 'not an object' };
  return parse(json.value);
}

/**
 * Reads a JSONL file as a stream, one object per line, in file order. A byte order mark, CRLF, blank lines and a missing
 * last newline are fine; a line that is cut off, not JSON, not an object, not UTF-8, longer than 1 MB, or refused by
 * `parse` is rejected, and the rest is used. Of a repeated key the last counts. A missing file has no records.
 */
export async function readJsonl<T>(file: string, parse: RowParser<T>): Promise<JsonlContent<T>> {
  const state = await fileState(file);
  if (state === 'missing') return { records: [], rejected: [], present: false };
  if (state === 'other') {
    return { records: [], rejected: [{ line: 1, reason: 'not a file', raw: '' }], present: true };
  }
  return { ...(await readJsonlChunks(createReadStream(file), parse)), present: true };
}
