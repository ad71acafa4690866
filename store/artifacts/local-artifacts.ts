import { createHash } from 'node:crypto';
import { open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { ArtifactStore } from './artifact-store.ts';
import { NoSuchArtifact } from './artifact-store.ts';
import { createFile, replaceFile, syncFolder, TEMP_PREFIX } from './durable-file.ts';
import { jsonlPieces, parseJsonl } from './jsonl-bytes.ts';
import { isErrno, rootedPath } from './rooted-path.ts';

const PIECE_BYTES = 1 << 16;

/** A store in a local folder; the folder is made at the first write. */
export function localArtifacts(root: string): ArtifactStore {
  const locate = (path: string) => rootedPath(root, path);

  async function* readStream(path: string): AsyncGenerator<Uint8Array> {
    const handle = await open(await locate(path), 'r').catch((error: unknown) => {
      throw missing(error, path);
    });
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  async function read(path: string): Promise<Buffer> {
    const place = await locate(path);
    try {
      return await readFile(place);
    } catch (error) {
      throw missing(error, path);
    }
  }

  async function size(path: string): Promise<number | null> {
    const place = await locate(path);
    try {
      const found = await stat(place);
      return found.isFile() ? found.size : null;
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
      throw error;
    }
  }

  return {
    read,
    readStream,
    size,
    readText: async (path) => (await read(path)).toString('utf8'),
    readJsonl: async <Row>(path: string) => parseJsonl<Row>(await read(path), path),
    exists: async (path) => (await size(path)) !== null,

    async sha256(path) {
      const hash = createHash('sha256');
      for await (const piece of readStream(path)) hash.update(piece);
      return hash.digest('hex');
    },

    async list(prefix) {
      const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
      const files = await filesBelow(folder === '' ? resolve(root) : await locate(folder), folder, prefix);
      return files.filter((path) => !isTemp(path)).sort();
    },

    write: async (path, content) => replaceFile(await locate(path), content),
    createExclusive: async (path, bytes) => createFile(await locate(path), bytes),
    writeJson: async (path, value) => replaceFile(await locate(path), JSON.stringify(value, null, 2) + '\n'),

    async writeJsonl(path, rows) {
      let records = 0;
      const pieces = jsonlPieces(rows, () => (records += 1));
      return { ...(await replaceFile(await locate(path), pieces)), records };
    },

    async remove(path) {
      const place = await locate(path);
      await rm(place, { force: true });
      await pruneFolders(dirname(place), await locate(path.split('/')[0] ?? path));
    },

    async sweep(minAgeMs) {
      const swept: string[] = [];
      for (const path of (await filesBelow(resolve(root), '', '')).filter(isTemp).sort()) {
        const place = await locate(path);
        const found = await stat(place).catch(() => null);
        if (found === null || Date.now() - found.mtimeMs < minAgeMs) continue;
        await rm(place, { force: true });
        swept.push(path);
      }
      return swept;
    },
  };
}

function isTemp(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith(TEMP_PREFIX);
}

function missing(error: unknown, path: string): unknown {
  return isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR') ? new NoSuchArtifact(path) : error;
}

/** Plain files below a folder whose store path starts with `prefix`. Symbolic links are not followed. */
async function filesBelow(place: string, path: string, prefix: string): Promise<string[]> {
  const files: string[] = [];
  for (const item of await itemsOf(place)) {
    const itemPath = path === '' ? item.name : `${path}/${item.name}`;
    if (item.isDirectory()) {
      const folder = `${itemPath}/`;
      if (folder.startsWith(prefix) || prefix.startsWith(folder)) {
        files.push(...(await filesBelow(join(place, item.name), itemPath, prefix)));
      }
    } else if (item.isFile() && itemPath.startsWith(prefix)) {
      files.push(itemPath);
    }
  }
  return files;
}

async function itemsOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** Removes folders that became empty, from `folder` up to but without `top`; then makes the removal durable. */
async function pruneFolders(folder: string, top: string): Promise<void> {
  let current = folder;
  while (current !== top && !relative(top, current).startsWith('..')) {
    try {
      await rmdir(current);
    } catch {
      break;
    }
    current = dirname(current);
  }
  await syncFolder(current).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
  });
}
