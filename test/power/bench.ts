/** A copy of the project in which bugs are made one at a time, and the tests that should notice are run. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree, PROJECT, type TreeCopy } from '../tree-copy.ts';
import type { Bug } from './bug.ts';

/** A test that takes longer has not noticed. */
const LIMIT_MS = 120_000;
const LEFT_OUT = new Set(['.git', '.temporal', '.tmp', 'data', 'node_modules']);

/** How tests ended: `broken` when they did not get as far as failing. */
export type Ending = 'passed' | 'failed' | 'broken';

export interface TestRun {
  ending: Ending;
  ms: number;
  /** What was printed last. */
  tail: string;
}

export function copyForBugs(): TreeCopy {
  return copyTree(readdirSync(PROJECT).filter((name) => !LEFT_OUT.has(name)));
}

/** Runs test files in a copy, in their order, until the first failure. */
export function runTests(root: string, files: readonly string[]): Promise<TestRun> {
  const from = performance.now();
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const child = spawn(process.execPath, [mocha, '--bail', ...files], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (tail = (tail + piece.toString('utf8')).slice(-4000)));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      // A file that does not load ends mocha before it counts anything.
      const counted = /^(\d+) passed, (\d+) failed(?:, \d+ skipped)?$/m.exec(tail);
      const failed = Number(counted?.[2] ?? 0);
      const ending = failed > 0 ? 'failed' : code === 0 && Number(counted?.[1] ?? 0) > 0 ? 'passed' : 'broken';
      resolve({ ending, ms: performance.now() - from, tail });
    });
  });
}

/** Makes the bug, runs its tests, and undoes it. Throws where the text to find is not there exactly once. */
export async function tryBug(copy: TreeCopy, bug: Bug): Promise<TestRun> {
  const undo = copy.change(bug);
  try {
    return await runTests(copy.root, bug.caughtBy);
  } finally {
    undo();
  }
}
