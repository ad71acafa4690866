import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import { isErrno, rootedPath } from '../artifacts/rooted-path.ts';
import type { AcceptedSegment } from './accepted.ts';
import { wholeLines } from './segment-lines.ts';

/** What of a segment is whole now; `sha256` (hex) is over exactly these bytes. */
export interface SegmentContent {
  lines: AttemptLine[];
  bytes: number;
  sha256: string;
}

/** A segment is not what the wave accepted. */
export class SegmentDamaged extends Error {
  override name = 'SegmentDamaged';
  readonly file: string;

  constructor(file: string, detail: string) {
    super(`Segment ${file} is not what the wave accepted: ${detail}. Restore the file, then retry.`);
    this.file = file;
  }
}

/** All whole lines of a segment, from its start; a torn tail is left out. `file` is a path below `root`. */
export async function readWhole(root: string, file: string): Promise<SegmentContent> {
  const content = await readFile(await rootedPath(root, file));
  const whole = wholeLines(content);
  return { ...whole, sha256: sha256Of(content.subarray(0, whole.bytes)) };
}

/** Exactly the accepted part of a segment, whatever was written after it. Throws `SegmentDamaged` if it differs. */
export async function readAccepted(root: string, accepted: AcceptedSegment): Promise<AttemptLine[]> {
  const { file, bytes, sha256 } = accepted;
  const content = await firstBytes(await rootedPath(root, file), bytes);
  if (content === null) throw new SegmentDamaged(file, 'it is missing');
  if (content.length < bytes) throw new SegmentDamaged(file, `expected ${bytes} bytes, found ${content.length}`);
  const found = sha256Of(content);
  if (found !== sha256) throw new SegmentDamaged(file, `expected SHA-256 ${sha256}, found ${found}`);
  const whole = wholeLines(content);
  if (whole.bytes !== bytes || whole.lines.length !== accepted.lines) {
    throw new SegmentDamaged(file, `expected ${accepted.lines} whole lines, found ${whole.lines.length}`);
  }
  return whole.lines;
}

/** Path of the newest segment of a chunk, `<base>.<k>.jsonl` with the highest k; null when there is none. */
export async function latestSegment(root: string, base: string): Promise<string | null> {
  const highest = await highestAttempt(root, base);
  return highest === 0 ? null : segmentFile(base, highest);
}

/** The highest k of `<base>.<k>.jsonl`; 0 when there is none. */
export async function highestAttempt(root: string, base: string): Promise<number> {
  const place = await rootedPath(root, base);
  const start = `${basename(place)}.`;
  let highest = 0;
  for (const name of await namesIn(dirname(place))) {
    const k = name.startsWith(start) ? /^([1-9]\d*)\.jsonl$/.exec(name.slice(start.length))?.[1] : undefined;
    if (k !== undefined) highest = Math.max(highest, Number(k));
  }
  return highest;
}

export function segmentFile(base: string, k: number): string {
  return `${base}.${k}.jsonl`;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function firstBytes(place: string, bytes: number): Promise<Buffer | null> {
  try {
    const handle = await open(place, 'r');
    try {
      const content = Buffer.alloc(bytes);
      let filled = 0;
      while (filled < bytes) {
        const { bytesRead } = await handle.read(content, filled, bytes - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return content.subarray(0, filled);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
