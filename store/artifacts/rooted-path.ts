import { lstat, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { PathRefused } from './artifact-store.ts';

/** True where a file system call failed for this reason. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * The place on disk of `path` below `root`. Throws `PathRefused` for a path that is absolute, has empty, `.` or `..`
 * parts, or passes through a symbolic link that leads outside. What does not exist yet is fine. A link that someone
 * puts in place between this check and the use is not seen.
 */
export async function rootedPath(root: string, path: string): Promise<string> {
  const parts = splitPath(path);
  const realRoot = await realOrNull(root);
  if (realRoot === null) return join(resolve(root), ...parts);
  let current = realRoot;
  for (const [index, part] of parts.entries()) {
    current = join(current, part);
    const kind = await kindOf(current);
    if (kind === 'missing') return join(current, ...parts.slice(index + 1));
    if (kind !== 'link') continue;
    const target = await realOrNull(current);
    if (target === null) throw new PathRefused(path, `"${part}" is a symbolic link that leads nowhere`);
    if (target !== realRoot && !target.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
      throw new PathRefused(path, `"${part}" is a symbolic link that leads outside`);
    }
    current = target;
  }
  return current;
}

function splitPath(path: string): string[] {
  if (path === '') throw new PathRefused(path, 'it is empty');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw new PathRefused(path, 'it is absolute');
  if (path.includes('\\')) throw new PathRefused(path, 'it has a backslash');
  if (path.includes('\0')) throw new PathRefused(path, 'it has a NUL character');
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '..') throw new PathRefused(path, 'it leaves its folder with ".."');
    if (part === '' || part === '.') throw new PathRefused(path, 'it has an empty or "." part');
  }
  return parts;
}

async function kindOf(place: string): Promise<'missing' | 'link' | 'other'> {
  try {
    return (await lstat(place)).isSymbolicLink() ? 'link' : 'other';
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return 'missing';
    throw error;
  }
}

async function realOrNull(place: string): Promise<string | null> {
  try {
    return await realpath(place);
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw error;
  }
}
