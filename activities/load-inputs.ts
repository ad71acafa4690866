/** Reads the phases' files afresh before a wave, and fixes what the wave starts from. */
import { basename, dirname } from 'node:path/posix';
import { joinAsks, type RetryAsk } from '../domain/control/retry-ask.ts';
import { pendingTasks, placeTasks, retryIgnored, tasksOfWave } from '../domain/wave/backlog.ts';
import type { Carry } from '../domain/wave/carry.ts';
import { CARRY_VERSION, startOfRun } from '../domain/wave/carry.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import { rebaseCarry } from '../domain/wave/rebase-carry.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { loadDataset, requireTasks } from '../store/inputs/load-dataset.ts';
import { consumedTasks } from '../store/ledger/consumed.ts';
import { sha256Of } from '../store/ledger/entry.ts';
import { signalPhases } from '../store/ledger/signal-phases.ts';
import { WaveFiles, type ContextFile } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import { acknowledgementsOf } from './acknowledgements.ts';
import { inputsRecord, misreadText, quarantineRecords, quarantineText } from './inputs-record.ts';
import type { LoadedInputs, LoadInputsArgs, WaveRef } from './interface.ts';
import { firstCarry, waveContext } from './wave-context.ts';

export function createLoadInputs({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function loadInputs(args: LoadInputsArgs): Promise<LoadedInputs> {
    const files = waveFiles(dataRoot, args.ref);
    // A wave keeps what it started from, whatever the phases write meanwhile.
    if (!(await files.context.exists())) await prepare(files, args);
    const { tasks, retried, read } = await files.context.read();
    // From what was fixed, so that an attempt that stood still and wakes late writes the same again.
    const { inputs, quarantine } = await files.readFor(read).read();
    await files.inputs.write(inputs);
    await files.quarantine.write(quarantine);
    const ignored = [
      await retryIgnoredOf(files, args),
      quarantineText(quarantine),
      misreadText(await newlyMisread(files, args, inputs.heuristics.misread)),
    ];
    return { tasks: tasks.length, retried: retried.length, ignored: ignored.filter((text) => text !== null) };
  };
}

/** Heuristics whose rule makes no sense, but for those that the wave before has told of. */
async function newlyMisread(files: WaveFiles, { ref, waves }: LoadInputsArgs, misread: string[]): Promise<string[]> {
  const last = waves.findLast((wave) => wave !== ref.wave);
  if (last === undefined || misread.length === 0) return misread;
  const { inputs } = new WaveFiles(files.store, files.root, { ...ref, wave: last });
  const told = (await inputs.exists()) ? (await inputs.read()).heuristics.misread : [];
  return misread.filter((text) => !told.includes(text));
}

/** Told anew by each attempt: only those of whom people named tasks read the phases' files twice. */
async function retryIgnoredOf(files: WaveFiles, { ref, retry, waves }: LoadInputsArgs): Promise<string | null> {
  if (retry === null || retry === 'all') return null;
  const { execution_id } = ref;
  const { tasks } = await loadDataset(files.root);
  return retryIgnored(tasks, await endedBefore(files, ref, waves), { execution_id, retry });
}

/** What became of tasks before the wave; in a dry run also by the forecasts of its waves so far. */
function endedBefore(files: WaveFiles, { execution_id, wave, dry_run }: WaveRef, waves: readonly number[]) {
  const earlier = waves.filter((one) => one !== wave);
  return consumedTasks(files.store, dry_run ? { execution_id, waves: earlier } : null);
}

async function prepare(files: WaveFiles, args: LoadInputsArgs): Promise<void> {
  const { ref, config } = args;
  const inputs = await loadDataset(files.root);
  requireTasks(inputs);
  const placed = placeTasks(inputs.tasks, config.tasksPerWave);
  const { execution_id } = ref;
  const ended = await endedBefore(files, ref, args.waves);
  const pending = pendingTasks(placed, ended, { execution_id, rerun: config.rerun, retry: await retryOf(files, args) });
  const carry = await carryFor(files, args, inputs);
  // What ended in this run and is pending all the same was asked for again.
  const again = pending.filter(({ task_id }) => ended.get(task_id)?.execution_id === execution_id);
  const retried = again.map(({ task_id }) => task_id);
  const tasks = tasksOfWave(pending, args.waves, new Set(retried));
  const said = acknowledgementsOf(inputs.acks, await signalPhases(files.store));
  const { context, heuristics } = waveContext({
    ref,
    config,
    inputs,
    acknowledgements: said.known,
    tasks,
    retried,
    carry,
  });
  const read = {
    inputs: inputsRecord(args, inputs, said, heuristics),
    quarantine: await quarantineRecords(files, ref, inputs, args),
  };
  const name = sha256Of(JSON.stringify(read));
  await files.readFor(name).writeOnce(read);
  const file: ContextFile = { ...context, read: name };
  // Only once: an attempt that stood still and wakes late must not change what the wave started from.
  await files.store.createExclusive(files.context.path(), JSON.stringify(file));
}

/** Tasks that failed for good in this run and are asked for again, or were and came to no end. */
async function retryOf(files: WaveFiles, { ref, retry, retryLeft }: LoadInputsArgs): Promise<RetryAsk | null> {
  if (retryLeft === null || retry === 'all') return retry;
  const { execution_id } = ref;
  const before = new WaveFiles(files.store, files.root, { execution_id, wave: retryLeft, dry_run: false });
  return joinAsks(retry, (await before.context.read()).retried);
}

/**
 * What was learned so far: by the wave before, or an earlier run; else what the phases' evidence tells. Phase 20 may have
 * declared other times since: the evidence is held against what it declares now.
 */
async function carryFor(files: WaveFiles, args: LoadInputsArgs, inputs: DatasetInputs): Promise<Carry> {
  const { execution_id } = args.ref;
  if (args.carry === null) return firstCarry(execution_id, inputs);
  const learned = JSON.parse(await files.store.readText(args.carry)) as Carry;
  if (learned.version !== CARRY_VERSION) {
    const left_behind = `What earlier waves learned is of another version of Wavewright (${args.carry}): the phases' evidence is taken instead.`;
    return { ...firstCarry(execution_id, inputs), left_behind };
  }
  const before = await contextOf(files, args.carry);
  const carry = before === null ? learned : rebaseCarry(learned, before, { declared: inputs.predictions });
  return carry.execution_id === execution_id ? carry : startOfRun(carry, execution_id);
}

/** What the wave that left the carry had started from; null: it is not kept any more. */
async function contextOf(files: WaveFiles, carry: string): Promise<WaveContext | null> {
  const path = `${dirname(carry)}/${basename(files.context.path())}`;
  return (await files.store.exists(path)) ? (JSON.parse(await files.store.readText(path)) as WaveContext) : null;
}
