/** Tests that several promises name. */
import type { TestName } from './promise.ts';

export const LIVE_RUN_TEST: TestName =
  'test/workflows/live-run.test.ts › a live run writes everything and keeps every task once';
export const DRY_RUN_TEST: TestName =
  'test/workflows/dry-run.test.ts › {} is a dry run of the demo dataset that touches nothing outside its own folder';
export const LEARNING_TEST: TestName =
  "test/simulation/learning.test.ts › health of wave 3 exceeds wave 1's by more than 2 points for at least 16 of 20 seeds";
export const INPUTS_TEST: TestName =
  'test/store/inputs/load-dataset.test.ts › aggregates phase 20 and phase 21 for reinforcement';
