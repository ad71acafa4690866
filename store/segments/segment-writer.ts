import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invariant } from '../../domain/model/invariant.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import { ensureFolder, linkNew, openTemp, syncFolder } from '../artifacts/durable-file.ts';
import { rootedPath } from '../artifacts/rooted-path.ts';
import type { AcceptedSegment } from './accepted.ts';
import { encodeLine } from './segment-lines.ts';
import { highestAttempt, readWhole, segmentFile } from './segment-reader.ts';

/** The file that one chunk attempt writes its outcomes to. */
export interface SegmentWriter {
  /** Path below the root, `<base>.<k>.jsonl`. */
  readonly file: string;
  /** Lines taken over from the attempt before, in order; they are in this file too. */
  readonly resumed: AttemptLine[];
  /** Resolves once the line is on disk. After a failed write every call rejects and nothing more is written. */
  append(line: AttemptLine): Promise<void>;
  /** Waits for what was appended, closes the file and describes its part on disk. */
  close(): Promise<AcceptedSegment>;
}

/** What a segment needs of its file. */
export type SegmentFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'close'>;

/**
 * Creates the next segment of a chunk: `<base>.<k>.jsonl` with the first k after all that exist. It starts with the
 * whole lines of the one before, and appears with them in one step: so the newest segment always has all that counts.
 */
export async function openSegment(root: string, base: string): Promise<SegmentWriter> {
  const folder = dirname(await rootedPath(root, base));
  await ensureFolder(folder);
  for (;;) {
    const highest = await highestAttempt(root, base);
    const resumed = highest === 0 ? [] : (await readWhole(root, segmentFile(base, highest))).lines;
    const file = segmentFile(base, highest + 1);
    const handle = await createStarted(folder, await rootedPath(root, file), resumed.map(encodeLine));
    // Another attempt of the same chunk was faster: go on from what it has.
    if (handle === null) continue;
    return segmentWriter(file, handle, resumed);
  }
}

/** A new file at `place` that holds `content` from the start, open for appending; null when the name is taken. */
async function createStarted(folder: string, place: string, content: Uint8Array[]): Promise<FileHandle | null> {
  const { temp, handle } = await openTemp(folder);
  try {
    await handle.appendFile(Buffer.concat(content));
    await handle.datasync();
    const created = await linkNew(temp, place);
    await rm(temp);
    if (created) {
      await syncFolder(folder);
      return handle;
    }
    await handle.close();
    return null;
  } catch (error) {
    await handle.close();
    await rm(temp, { force: true });
    throw error;
  }
}

interface Waiting {
  bytes: Buffer;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** Appends to an open file whose content is `resumed`. One write and one sync at a time, for all lines that wait. */
export function segmentWriter(file: string, handle: SegmentFile, resumed: AttemptLine[]): SegmentWriter {
  const hash = createHash('sha256');
  let lines = 0;
  let bytes = 0;
  let queue: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let failure: { cause: unknown } | null = null;
  let closing: Promise<AcceptedSegment> | null = null;

  const count = (piece: Buffer, pieceLines: number) => {
    hash.update(piece);
    bytes += piece.length;
    lines += pieceLines;
  };
  for (const line of resumed) count(encodeLine(line), 1);

  const failed = () =>
    new Error(`Segment ${file}: a write failed before, so nothing more is written to it. Retry the chunk.`, {
      cause: failure?.cause,
    });

  /** Never rejects: what goes wrong is told to those who wait. */
  async function writeQueue(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      const piece = Buffer.concat(batch.map((waiting) => waiting.bytes));
      try {
        if (failure !== null) throw failed();
        await handle.appendFile(piece);
        await handle.datasync();
      } catch (cause) {
        failure ??= { cause };
        for (const waiting of batch) waiting.reject(cause);
        continue;
      }
      count(piece, batch.length);
      for (const waiting of batch) waiting.resolve();
    }
    writing = null;
  }

  async function finish(): Promise<AcceptedSegment> {
    await writing;
    await handle.close();
    return { file, lines, bytes, sha256: hash.digest('hex') };
  }

  return {
    file,
    resumed,
    async append(line) {
      invariant(closing === null, `append to the closed segment ${file}`);
      if (failure !== null) throw failed();
      const bytesOfLine = encodeLine(line);
      return new Promise((resolve, reject) => {
        queue.push({ bytes: bytesOfLine, resolve, reject });
        writing ??= writeQueue();
      });
    },
    close: () => (closing ??= finish()),
  };
}
