/** Rows to bytes and back, for files that this program writes itself. */
import { invariant } from '../../domain/model/invariant.ts';

const PIECE_CHARACTERS = 1 << 16;
const NEWLINE = 0x0a;

/** The rows as JSONL in pieces of about 64 KB. `counted` is called once a row. */
export async function* jsonlPieces(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  counted: () => void,
): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const row of rows) {
    const line: string | undefined = JSON.stringify(row);
    invariant(line !== undefined, 'a JSONL row is undefined or a function');
    counted();
    text += line + '\n';
    if (text.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** The rows of a JSONL file; `path` is for messages. A line that is not JSON, or has no end, is an error. */
export function parseJsonl<Row>(bytes: Buffer, path: string): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, from);
    const line = bytes.toString('utf8', from, end === -1 ? bytes.length : end);
    try {
      if (end === -1) throw new Error('it has no line end');
      rows.push(JSON.parse(line) as Row);
    } catch (error) {
      throw new Error(
        `File ${path}, line ${rows.length + 1}: expected one whole JSON row (${(error as Error).message}). ` +
          'The file was changed or damaged after it was written; restore it.',
        { cause: error },
      );
    }
    from = end + 1;
  }
  return rows;
}
