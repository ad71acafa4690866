import { rebase } from '../calibration/rebase.ts';
import type { Carry } from './carry.ts';
import type { WaveContext } from './context.ts';

/** What was learned by a wave, held against what phase 20 declares of its tasks now. */
export function rebaseCarry(
  carry: Carry,
  before: Pick<WaveContext, 'tasks' | 'declared'>,
  now: Pick<WaveContext, 'declared'>,
): Carry {
  const tasks = new Map(before.tasks.map((task) => [task.task_id, task]));
  return { ...carry, calibration: rebase(carry.calibration, { before: before.declared, now: now.declared, tasks }) };
}
