import { planStage } from '../domain/wave/plan-stage.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { ScheduleTasksArgs } from './interface.ts';
import { readPlanInputs } from './plan-inputs.ts';

/** Makes a version of the wave's plan: the first, a rebalance, or a failover. */
export function createScheduleTasks({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function scheduleTasks(args: ScheduleTasksArgs): Promise<{ makespanMs: number }> {
    const files = waveFiles(dataRoot, args.ref);
    const { context, settings, estimate, book, covered, memory, answers } = await readPlanInputs(files, args);
    const planned = planStage({
      settings,
      version: args.version,
      reason: args.reason,
      elapsedMs: args.originMs,
      tasks: context.tasks,
      book,
      covered,
      settled: memory.settled,
      assigned: memory.assigned,
      agents: args.agents,
      answers,
      estimate,
    });
    await files.planned(args.version).write(planned);
    return { makespanMs: planned.plan.makespan_ms };
  };
}
