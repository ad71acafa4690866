import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Memory where there is such a folder: tests sync a lot, and nothing of theirs must outlive the power. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A folder of its own for each test of the suite, removed afterwards. Call inside `describe`. */
export function scratchFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(PARENT, 'wavewright-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}
