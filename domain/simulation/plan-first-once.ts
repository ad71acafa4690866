import type { PlanStageResult } from '../wave/plan-stage.ts';
import { planStage } from '../wave/plan-stage.ts';

/**
 * Makes the first plan once for all replicas of a wave: nothing has happened yet when it is made, so it is the same in
 * each of them. The others are made without the long search: they are many, and none of them is kept. For one set of settings, tasks and estimates only.
 */
export function planFirstOnce(): typeof planStage {
  let first: PlanStageResult | null = null;
  return (input) => (input.version === 1 ? (first ??= planStage(input)) : planStage({ ...input, quick: true }));
}
