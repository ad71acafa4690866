import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is not ours to judge: installed, generated or recorded. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.temporal', '.tmp', 'data', 'node_modules']);

/** Files below the folder, `/`-separated from the project's folder, sorted; only names that match. */
export function filesBelow(folder: string, name: RegExp): string[] {
  const found: string[] = [];
  const visit = (path: string) => {
    for (const entry of readdirSync(join(ROOT, path), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(below);
      else if (entry.isFile() && name.test(entry.name)) found.push(below);
    }
  };
  if (statSync(join(ROOT, folder), { throwIfNoEntry: false })?.isDirectory() === true) visit(folder);
  return found.sort();
}

/** Text of a file named as `filesBelow` names it. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
