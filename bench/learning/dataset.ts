/** A run of the experiment as a dataset on disk, for real agents and for the simulator alike. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInput, type Size } from './experiment.ts';
import { drawFleet, type DrawnName } from './fleets.ts';

/** Times are those of the experiment × `timeScale`. The agents' speeds are those of the first wave. */
export function writeDataset(folder: string, name: DrawnName, seed: number, size: Size, timeScale: number): void {
  const fleet = drawFleet(name, seed, size);
  const { context, waves } = runInput(fleet, size, seed);
  const declared = new Map(context.declared.map((row) => [row.task_id, row]));
  const tasks = waves.flatMap((one) => one.tasks);
  write(
    join(folder, 'phase20/predicted_tasks.jsonl'),
    tasks.map(({ task_id, priority, risk_level }) => ({
      task_id,
      predicted_success_probability: declared.get(task_id)!.success_probability,
      predicted_execution_time: declared.get(task_id)!.execution_time_ms * timeScale,
      risk_assessment: risk_level,
      priority,
    })),
  );
  write(
    join(folder, 'phase20/predicted_schedule.jsonl'),
    tasks.map(({ task_id, wave }) => ({ task_id, wave })),
  );
  const slots = new Map(context.agents.map((agent) => [agent.agent_id, agent.slots]));
  const agents = fleet.natures(1).map(({ agent_id, seed: agentSeed, speed, reliability }) => {
    return { agent_id, kind: 'simulated', slots: slots.get(agent_id), seed: agentSeed, speed, reliability };
  });
  write(join(folder, 'phase22/agents.json'), [{ executionTimeUnit: 'ms', agents }]);
}

function write(path: string, rows: readonly unknown[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
