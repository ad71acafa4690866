import { open } from 'node:fs/promises';
import type { RowParser } from '../../contracts/input-records.ts';
import { parseJsonBytes, rawPreview } from './json-text.ts';
import type { Rejected } from './jsonl-reader.ts';
import { fileState } from './jsonl-reader.ts';

/** A single document may be as long as this; upstream's are a few kilobytes. */
const DOCUMENT_BYTES_MAX = 16_000_000;

/** One JSON document: its value, that there is none, or what is wrong with it (always line 1). */
type JsonDocument<T> = { kind: 'value'; value: T } | { kind: 'missing' } | { kind: 'rejected'; rejected: Rejected };

/** Reads a file that is one JSON document. A byte order mark is fine; anything else wrong is told, never thrown. */
export async function readJsonFile<T>(file: string, parse: RowParser<T>): Promise<JsonDocument<T>> {
  const state = await fileState(file);
  if (state === 'missing') return { kind: 'missing' };
  if (state === 'other') return { kind: 'rejected', rejected: { line: 1, reason: 'not a file', raw: '' } };
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size > DOCUMENT_BYTES_MAX) {
      const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(500) });
      const reason = `longer than 16 MB (${DOCUMENT_BYTES_MAX} bytes)`;
      return { kind: 'rejected', rejected: { line: 1, reason, raw: rawPreview(buffer.subarray(0, bytesRead)) } };
    }
    const bytes = await handle.readFile();
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const json = parseJsonBytes(bytes.subarray(start));
    const result = json.ok ? parse(json.value) : json;
    if (result.ok) return { kind: 'value', value: result.value };
    return { kind: 'rejected', rejected: { line: 1, reason: result.reason, raw: rawPreview(bytes.subarray(start)) } };
  } finally {
    await handle.close();
  }
}
