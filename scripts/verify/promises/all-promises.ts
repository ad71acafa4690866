/** The sixty promises, in order. */
import { ADAPTATION } from './adaptation.ts';
import { FILES } from './files.ts';
import { MEASURING } from './measuring.ts';
import type { TestName, WrittenPromise } from './promise.ts';
import { SCHEDULING_AND_FEEDBACK } from './scheduling-and-feedback.ts';

export const PROMISES: readonly WrittenPromise[] = [
  ...ADAPTATION,
  ...SCHEDULING_AND_FEEDBACK,
  ...MEASURING,
  ...FILES,
].sort((a, b) => a.number - b.number);

/** Every test that a promise names, once. */
export const NAMED_TESTS: readonly TestName[] = [...new Set(PROMISES.map(({ test }) => test))].sort();
