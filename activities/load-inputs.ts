/** Reads the phases' files afresh before a wave, and fixes what the wave starts from. */
import { applyHeuristics } from '../domain/heuristics/apply.ts';
import { absorb, emptyCalibration, seedFromSummary } from '../domain/calibration/state.ts';
import type { Agent } from '../domain/model/agent.ts';
import { DEFAULT_TARGETS } from '../domain/model/targets.ts';
import { observedValue } from '../domain/wave/measure-stage.ts';
import { pendingTasks, placeTasks, tasksOfWave } from '../domain/wave/backlog.ts';
import type { Carry } from '../domain/wave/carry.ts';
import { startOfRun } from '../domain/wave/carry.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import { loadDataset, requireTasks } from '../store/inputs/load-dataset.ts';
import { consumedTasks } from '../store/ledger/consumed.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import { inputsRecord, quarantineRecords } from './inputs-record.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { LoadedInputs, LoadInputsArgs } from './interface.ts';

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
  const pending = pendingTasks(placed, await consumedTasks(files.store), {
    execution_id: ref.execution_id,
    rerun: config.rerun,
  });
  const tasks = tasksOfWave(pending, args.waves);
  const mine = new Set(tasks.map((task) => task.task_id));
  const predictions = inputs.predictions.filter((prediction) => mine.has(prediction.task_id));
  const carry = await carryFor(files, args, inputs);
  const heuristics = applyHeuristics({
    tasks,
    predictions,
    heuristics: inputs.heuristics,
    previousSuccessRate: carry.previous ? observedValue('success_rate', carry.previous.metrics, carry.previous.side) : null,
  });
  const context: WaveContext = {
    execution_id: ref.execution_id,
    dataset: ref.dataset,
    wave: ref.wave,
    dry_run: ref.dry_run,
    seed: config.seed,
    targets: { ...DEFAULT_TARGETS, ...inputs.agents?.targets, ...config.targets },
    agents: fleetOf(inputs),
    limits: config.limits,
    gate: {
      mediumNeedsApproval: config.gate.mediumNeedsApproval,
      highRiskThreshold: heuristics.highRiskThreshold,
      retryPenalties: heuristics.retryPenalty,
    },
    approvalTimeoutMs: config.gate.approvalTimeoutMs,
    strategy: config.strategy,
    tuning: config.tuning,
    tasks: heuristics.tasks,
    declared: predictions,
    adjusted: heuristics.predictions,
    reinforcement: inputs.reinforcement,
    acknowledgements: Object.values(inputs.acks)
      .flat()
      .map(({ signal_id, status }) => ({ signal_id, status })),
    carry,
  };
  await files.inputs.write(inputsRecord(ref, inputs, heuristics, config, args.at));
  await files.quarantine.write(await quarantineRecords(files, ref, inputs, args));
  await files.context.write(context);
}

/** The agents of the fleet file; without one, simulated agents named as in the predictions. */
function fleetOf(inputs: DatasetInputs): Agent[] {
  if (inputs.agents) {
    return inputs.agents.agents.map(({ agent_id, kind, slots, capabilities, idempotent }) => ({
      agent_id,
      kind,
      slots,
      capabilities,
      idempotent,
    }));
  }
  const names = new Set(inputs.predictions.flatMap(({ agent_id }) => (agent_id === null ? [] : [agent_id])));
  const capabilities = [...new Set(inputs.tasks.flatMap((task) => task.capabilities))].sort();
  const ids = names.size > 0 ? [...names].sort() : ['agent_0'];
  return ids.map((agent_id) => ({ agent_id, kind: 'simulated', slots: 4, capabilities, idempotent: false }));
}

/** What was learned so far: by the wave before, or an earlier run; else what the phases' evidence tells. */
async function carryFor(files: WaveFiles, args: LoadInputsArgs, inputs: DatasetInputs): Promise<Carry> {
  if (args.carry !== null) {
    const carry = JSON.parse(await files.store.readText(args.carry)) as Carry;
    return carry.execution_id === args.ref.execution_id ? carry : startOfRun(carry, args.ref.execution_id);
  }
  const seeded = seedFromSummary(emptyCalibration(), priorsOf(inputs));
  return {
    execution_id: args.ref.execution_id,
    calibration: absorb(seeded, inputs.observations),
    parameters: {},
    tuning: {},
    trials: [],
    previous: null,
    rollouts: [],
  };
}

/** Phase 18's view of each agent, where it is complete. */
function priorsOf(inputs: DatasetInputs): Record<string, { success_rate: number; retry_rate: number }> {
  return Object.fromEntries(
    Object.entries(inputs.summary?.agent_performance ?? {}).flatMap(([agent, { success_rate, retry_rate }]) =>
      success_rate === null ? [] : [[agent, { success_rate, retry_rate: retry_rate ?? 0 }]],
    ),
  );
}
