/** Reads the phases' files afresh before a wave, and fixes what the wave starts from. */
import { pendingTasks, placeTasks, tasksOfWave } from '../domain/wave/backlog.ts';
import type { Carry } from '../domain/wave/carry.ts';
import { startOfRun } from '../domain/wave/carry.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { loadDataset, requireTasks } from '../store/inputs/load-dataset.ts';
import { consumedTasks } from '../store/ledger/consumed.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import { inputsRecord, quarantineRecords } from './inputs-record.ts';
import type { LoadedInputs, LoadInputsArgs } from './interface.ts';
import { firstCarry, waveContext } from './wave-context.ts';

export function createLoadInputs({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function loadInputs(args: LoadInputsArgs): Promise<LoadedInputs> {
    const files = waveFiles(dataRoot, args.ref);
    // A wave keeps what it started from, whatever the phases write meanwhile.
    if (!(await files.context.exists())) await prepare(files, args);
    const context = await files.context.read();
    return { tasks: context.tasks.length };
  };
}

async function prepare(files: WaveFiles, args: LoadInputsArgs): Promise<void> {
  const { ref, config } = args;
  const inputs = await loadDataset(files.root);
  requireTasks(inputs);
  const placed = placeTasks(inputs.tasks, config.tasksPerWave);
  const { execution_id } = ref;
  const waves = args.waves.filter((wave) => wave !== ref.wave);
  const ended = await consumedTasks(files.store, ref.dry_run ? { execution_id, waves } : null);
  const pending = pendingTasks(placed, ended, { execution_id, rerun: config.rerun });
  const carry = await carryFor(files, args, inputs);
  const { context, heuristics } = waveContext({ ref, config, inputs, tasks: tasksOfWave(pending, args.waves), carry });
  await files.inputs.write(inputsRecord(ref, inputs, heuristics, config, args.at));
  await files.quarantine.write(await quarantineRecords(files, ref, inputs, args));
  // Last, and only once: an attempt that stood still and wakes late must not change what the wave started from.
  await files.store.createExclusive(files.context.path(), JSON.stringify(context));
}

/** What was learned so far: by the wave before, or an earlier run; else what the phases' evidence tells. */
async function carryFor(files: WaveFiles, args: LoadInputsArgs, inputs: DatasetInputs): Promise<Carry> {
  const { execution_id } = args.ref;
  if (args.carry === null) return firstCarry(execution_id, inputs);
  const carry = JSON.parse(await files.store.readText(args.carry)) as Carry;
  return carry.execution_id === execution_id ? carry : startOfRun(carry, execution_id);
}
