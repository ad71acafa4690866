/** What a wave starts from, put together from the dataset's inputs. Pure. */
import { absorb, seedFromSummary } from '../domain/calibration/absorb.ts';
import { emptyCalibration } from '../domain/calibration/state.ts';
import { applyHeuristics } from '../domain/heuristics/apply.ts';
import type { Agent } from '../domain/model/agent.ts';
import type { RunConfig } from '../domain/model/run.ts';
import { DEFAULT_TARGETS } from '../domain/model/targets.ts';
import type { Task } from '../domain/model/task.ts';
import { blankCarry, type Carry } from '../domain/wave/carry.ts';
import type { WaveContext } from '../domain/wave/context.ts';
import { observedValue } from '../domain/wave/measure-stage.ts';
import type { Acknowledged } from '../domain/model/records.ts';
import type { DatasetInputs } from '../store/inputs/load-dataset.ts';
import type { WaveRef } from './interface.ts';

export interface WaveContextInput {
  ref: WaveRef;
  config: RunConfig;
  inputs: DatasetInputs;
  /** Of signals that were sent. */
  acknowledgements: Acknowledged[];
  /** The wave's tasks, before heuristics. */
  tasks: Task[];
  /** Of these, those that had failed for good earlier in the run. */
  retried: string[];
  carry: Carry;
}

export function waveContext({ ref, config, inputs, acknowledgements, tasks, retried, carry }: WaveContextInput): {
  context: WaveContext;
  heuristics: ReturnType<typeof applyHeuristics>;
} {
  const mine = new Set(tasks.map((task) => task.task_id));
  const predictions = inputs.predictions.filter((prediction) => mine.has(prediction.task_id));
  const { previous } = carry;
  const heuristics = applyHeuristics({
    tasks,
    predictions,
    heuristics: inputs.heuristics,
    previousSuccessRate: previous ? observedValue('success_rate', previous.metrics, previous.side) : null,
  });
  const context: WaveContext = {
    execution_id: ref.execution_id,
    dataset: ref.dataset,
    wave: ref.wave,
    dry_run: ref.dry_run,
    seed: config.seed,
    targets: { ...DEFAULT_TARGETS, ...inputs.agents?.targets, ...config.targets },
    agents: fleetOf(inputs),
    limits: { maxAttempts: config.limits.maxAttempts, taskTimeoutMs: config.limits.taskTimeoutMs },
    gate: {
      mediumNeedsApproval: config.gate.mediumNeedsApproval,
      highRiskThreshold: heuristics.highRiskThreshold,
      retryPenalties: heuristics.retryPenalty,
    },
    approvalTimeoutMs: config.gate.approvalTimeoutMs,
    strategy: config.strategy,
    tuning: config.tuning,
    tasks: heuristics.tasks,
    retried,
    declared: predictions,
    adjusted: heuristics.predictions,
    reinforcement: inputs.reinforcement,
    heuristics: heuristics.applied,
    acknowledgements,
    carry,
  };
  return { context, heuristics };
}

/** What the phases' evidence tells before any wave has run. */
export function firstCarry(executionId: string, inputs: DatasetInputs): Carry {
  return blankCarry(executionId, absorb(seedFromSummary(emptyCalibration(), priorsOf(inputs)), inputs.observations));
}

/** The agents of the fleet file; without one, simulated agents named as in the predictions. */
export function fleetOf(inputs: DatasetInputs): Agent[] {
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

/** Phase 18's view of each agent, where it is complete. */
function priorsOf(inputs: DatasetInputs): Record<string, { success_rate: number; retry_rate: number }> {
  return Object.fromEntries(
    Object.entries(inputs.summary?.agent_performance ?? {}).flatMap(([agent, { success_rate, retry_rate }]) =>
      success_rate === null ? [] : [[agent, { success_rate, retry_rate: retry_rate ?? 0 }]],
    ),
  );
}
