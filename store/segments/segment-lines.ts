/** Lines of a segment as bytes, and how much of a file that may end in the middle of a write is whole. */
import type { AttemptLine } from '../../domain/model/outcome.ts';

const NEWLINE = 0x0a;

export interface WholeLines {
  lines: AttemptLine[];
  /** Length of the whole part. */
  bytes: number;
}

export function encodeLine(line: AttemptLine): Buffer {
  return Buffer.from(JSON.stringify(line) + '\n');
}

/**
 * The lines up to the first that is not a JSON object with its line end. Whatever was reported as written was synced
 * before, in order: so a bad line and all after it were never reported.
 */
export function wholeLines(file: Buffer): WholeLines {
  const lines: AttemptLine[] = [];
  let bytes = 0;
  for (;;) {
    const end = file.indexOf(NEWLINE, bytes);
    const line = end === -1 ? null : parsedLine(file.toString('utf8', bytes, end));
    if (line === null) return { lines, bytes };
    lines.push(line);
    bytes = end + 1;
  }
}

function parsedLine(text: string): AttemptLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AttemptLine) : null;
  } catch {
    return null;
  }
}
