/** A copy of the program that differs by a harmless line in what its workflows and its agents are built from. */
import { appendFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = ['activities', 'contracts', 'domain', 'scripts', 'store', 'workers', 'workflows', 'package.json'];
const CHANGED = ['domain/dispatch/rules-1/step.ts', 'workflows/wave.ts', 'activities/execute-chunk.ts'];

/** Writes the copy to `folder`, which is new. */
export function writeOtherBuild(folder: string): void {
  mkdirSync(join(folder, 'test'), { recursive: true });
  for (const name of [...COPIED, 'tsconfig.json', 'test/faults']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const path of CHANGED) appendFileSync(join(folder, path), "\nexport const BUILD = 'another build';\n");
}
