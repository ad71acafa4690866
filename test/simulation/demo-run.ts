/** A run of a generated dataset in the simulator, as tests of learning and dispatch need it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstCarry, waveContext } from '../../activities/wave-context.ts';
import type { RunInputOverrides } from './run-config.ts';
import { runConfig } from './run-config.ts';
import { DEMO_DEFAULTS } from '../../domain/demo/generate.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { SimulateRunInput } from '../../domain/simulation/simulate-run.ts';
import { placeTasks, tasksOfWave, waveNumbers } from '../../domain/wave/backlog.ts';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import type { DatasetInputs } from '../../store/inputs/load-dataset.ts';
import { loadDataset } from '../../store/inputs/load-dataset.ts';

/** The inputs of a dataset generated with this seed, read back from files as a run reads them. */
export async function demoInputs(options: Partial<typeof DEMO_DEFAULTS>): Promise<DatasetInputs> {
  const folder = await mkdtemp(join(tmpdir(), 'wavewright-demo-'));
  try {
    await writeDemoDataset(join(folder, 'demo'), { ...DEMO_DEFAULTS, ...options });
    return await loadDataset(join(folder, 'demo'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The whole run, ready to simulate. */
export function demoRun(inputs: DatasetInputs, overrides: RunInputOverrides = {}): SimulateRunInput {
  const config = runConfig(overrides);
  const placed = placeTasks(inputs.tasks, config.tasksPerWave);
  const ref = { execution_id: 'simulated', dataset: 'demo', wave: 1, dry_run: false };
  const waves = waveNumbers(placed).map((wave) => ({ wave, tasks: tasksOfWave(placed, [wave]) }));
  const carry = firstCarry(ref.execution_id, inputs);
  const { context } = waveContext({ ref, config, inputs, acknowledgements: [], tasks: placed, retried: [], carry });
  const natures = inputs.agents?.agents.filter((agent) => agent.kind === 'simulated');
  invariant(natures, 'the generated dataset has a fleet');
  const ordered = new Map(context.tasks.map((task) => [task.task_id, task]));
  return {
    context,
    waves: waves.map(({ wave, tasks }) => ({ wave, tasks: tasks.map((task) => ordered.get(task.task_id) ?? task) })),
    natures,
    startAt: Date.UTC(2026, 2, 2),
  };
}
