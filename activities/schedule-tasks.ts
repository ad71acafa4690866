import type { Straggler } from '../domain/dispatch/protocol.ts';
import type { StragglerRows } from '../domain/wave/plan-copies.ts';
import { planCopies } from '../domain/wave/plan-copies.ts';
import type { PlanStageInput } from '../domain/wave/plan-stage.ts';
import { planStage } from '../domain/wave/plan-stage.ts';
import { latestSegment, readWhole } from '../store/segments/segment-reader.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { ScheduleTasksArgs } from './interface.ts';
import { readPlanInputs } from './plan-inputs.ts';

/** Makes a version of the wave's plan: the first, a rebalance, a failover, or second copies of a straggler's tasks. */
export function createScheduleTasks({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function scheduleTasks(args: ScheduleTasksArgs): Promise<{ makespanMs: number }> {
    const files = waveFiles(dataRoot, args.ref);
    const { context, settings, estimate, book, covered, memory, answers } = await readPlanInputs(files, args);
    const input: PlanStageInput = {
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
    };
    if (args.straggler === null) {
      const planned = planStage(input);
      await files.planned(args.version).write(planned);
      return { makespanMs: planned.plan.makespan_ms };
    }
    // What a straggler has done changes while one looks: the first plan made of it stays.
    const planned = planCopies(input, await stragglerRows(files, args.straggler));
    await files.planned(args.version).writeOnce(planned);
    return { makespanMs: (await files.planned(args.version).read()).plan.makespan_ms };
  };
}

async function stragglerRows(files: WaveFiles, straggler: Straggler): Promise<StragglerRows> {
  const { seq, agentId, planVersion, from, to, copiesMax } = straggler;
  const rows = (await files.lane(planVersion, agentId)).slice(from, to);
  const file = await latestSegment(files.root, files.segmentBase(seq, agentId));
  const lines = file === null ? [] : (await readWhole(files.root, file)).lines;
  return { agent_id: agentId, rows, lines, copiesMax };
}
