/** Tests that several promises name. */
import type { TestName } from './promise.ts';

export const LIVE_RUN_TEST: TestName = 'test/workflows/live-run.test.ts › runs every wave and commits its records';
export const DRY_RUN_TEST: TestName = 'test/workflows/dry-run.test.ts › forecasts every wave and executes nothing';
export const LEARNING_TEST: TestName = "test/simulation/learning.test.ts › health of wave 3 exceeds wave 1's";
export const INPUTS_TEST: TestName =
  'test/store/inputs/load-dataset.test.ts › aggregates phase 20 and phase 21 for reinforcement';
