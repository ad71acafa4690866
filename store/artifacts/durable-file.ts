/** Steps that make a change of a folder survive a crash: temporary file, sync, one visible step, sync of the folder. */
import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Content, Written } from './artifact-store.ts';
import { isErrno } from './rooted-path.ts';

/** Names that start so are writes under way, or left behind by a process that was killed. */
export const TEMP_PREFIX = '.tmp-';

/** Makes the folder and its parents, durably. */
export async function ensureFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let created = folder; ; created = dirname(created)) {
    await syncFolder(dirname(created));
    if (created === first) return;
  }
}

/** Makes new, renamed and removed names in the folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new temporary file in the folder, open for writing. */
export async function openTemp(folder: string, mode?: number): Promise<{ temp: string; handle: FileHandle }> {
  const temp = join(folder, `${TEMP_PREFIX}${process.pid}-${randomUUID()}`);
  return { temp, handle: await open(temp, 'wx', mode) };
}

/** Writes or replaces the file at `place`. */
export async function replaceFile(place: string, content: Content): Promise<Written> {
  return viaTemp(place, content, (temp) => rename(temp, place));
}

/** Creates the file at `place`, with the permissions `mode` where given; false when there is one already. */
export async function createFile(place: string, bytes: string | Uint8Array, mode?: number): Promise<boolean> {
  let created = true;
  const show = async (temp: string) => {
    created = await linkNew(temp, place);
    await rm(temp);
  };
  await viaTemp(place, bytes, show, mode);
  return created;
}

/** Gives the file a second name; false when that name is taken. */
export async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

async function viaTemp(
  place: string,
  content: Content,
  show: (temp: string) => Promise<void>,
  mode?: number,
): Promise<Written> {
  const folder = dirname(place);
  await ensureFolder(folder);
  const { temp, handle } = await openTemp(folder, mode);
  try {
    const written = await fill(handle, content);
    await show(temp);
    await syncFolder(folder);
    return written;
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}

/** Writes all content, syncs and closes. */
async function fill(handle: FileHandle, content: Content): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const pieces = typeof content === 'string' ? [Buffer.from(content)] : content;
    for await (const piece of pieces instanceof Uint8Array ? [pieces] : pieces) {
      await handle.appendFile(piece);
      hash.update(piece);
      bytes += piece.byteLength;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
