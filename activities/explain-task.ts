import { explainTask as explain } from '../domain/wave/explain-task.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { ExplainTaskArgs } from './interface.ts';
import { readPlanInputs } from './plan-inputs.ts';

/** Where a task of the wave is, and why it waits. Reads only. */
export function createExplainTask({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function explainTask(args: ExplainTaskArgs): Promise<string> {
    const { taskId, version } = args;
    const files = waveFiles(dataRoot, args.ref);
    // `readPlanInputs` reads what a plan starts from: the memory of the version before.
    const { context, settings, book, memory, answers } = await readPlanInputs(files, { ...args, version: version + 1 });
    return explain({
      taskId,
      tasks: context.tasks,
      book,
      memory,
      chunk: await chunkOf(files, args),
      row: await rowOf(files, args),
      standing: (agentId) => args.agents.find((agent) => agent.agentId === agentId)?.standing ?? 'up',
      gate: settings.gate,
      answers,
      decision: await decisionOn(files, args),
    });
  };
}

async function chunkOf(files: WaveFiles, { open, taskId }: ExplainTaskArgs) {
  for (const { agentId, planVersion, from, to, seq } of open) {
    const rows = (await files.lane(planVersion, agentId)).slice(from, to);
    if (rows.some(({ task_id }) => task_id === taskId)) return { agentId, seq };
  }
  return null;
}

async function rowOf(files: WaveFiles, { lanes, version, taskId }: ExplainTaskArgs) {
  for (const { agentId, cursor } of lanes) {
    const position = (await files.lane(version, agentId)).findIndex(({ task_id }) => task_id === taskId);
    if (position >= 0) return { agentId, position, cursor };
  }
  return null;
}

/** The gate's words of the latest plan that decided on the task. */
async function decisionOn(files: WaveFiles, { version, taskId }: ExplainTaskArgs): Promise<string | null> {
  for (let plan = version; plan > 0; plan--) {
    if (!(await files.gate(plan).exists())) continue;
    const decision = (await files.gate(plan).read()).decisions.findLast(({ task_id }) => task_id === taskId);
    if (decision) return decision.reason;
  }
  return null;
}
