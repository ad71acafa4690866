/** A copy of the project in a folder of its own, to be broken on purpose. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder. */
export const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A change of one file: the text to find stands in it exactly once. */
export interface TextChange {
  /** From the project's folder, with `/`. */
  file: string;
  find: string;
  replace: string;
}

export interface TreeCopy {
  root: string;
  /** Changes a file. Answers with what undoes it. Throws as `changed` does. */
  change(change: TextChange): () => void;
  remove(): void;
}

/** Copies the entries named, files or folders; installed packages and the Temporal program are linked. */
export function copyTree(entries: readonly string[]): TreeCopy {
  const root = mkdtempSync(join(PARENT, 'wavewright-copy-'));
  for (const entry of entries) cpSync(join(PROJECT, entry), join(root, entry), { recursive: true });
  for (const linked of ['node_modules', '.temporal']) {
    if (existsSync(join(PROJECT, linked))) symlinkSync(join(PROJECT, linked), join(root, linked), 'dir');
  }
  return {
    root,
    change: (change) => {
      const path = join(root, change.file);
      const before = readFileSync(path, 'utf8');
      writeFileSync(path, changed(before, change));
      return () => writeFileSync(path, before);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** The text with the change made. Throws where the text to find does not stand in it exactly once. */
export function changed(text: string, { file, find, replace }: TextChange): string {
  const times = text.split(find).length - 1;
  if (times !== 1) {
    const advice = 'expected exactly once; name more or less of the text around it';
    throw new Error(`${file}: ${JSON.stringify(find)} stands in it ${times} times, ${advice}`);
  }
  return text.replace(find, () => replace);
}

/** Text of a file of the project itself. */
export function projectText(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8');
}
