/**
 * A whole run on the virtual clock: the stages of a live run, wave by wave, with agents of a known true nature. Shows
 * what learning is worth, without a server.
 */
import type { absorb } from '../calibration/absorb.ts';
import { buildSignals } from '../feedback/build-signals.ts';
import type { SimulatedAgent } from '../model/agent.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { LearningSignal, Metric, StrategyName } from '../model/records.ts';
import type { Task } from '../model/task.ts';
import type { Carry } from '../wave/carry.ts';
import { rebaseCarry } from '../wave/rebase-carry.ts';
import type { TunedWave } from '../wave/choose-stage.ts';
import { chooseStrategy, contextTables, tuneFor } from '../wave/choose-stage.ts';
import type { WaveContext } from '../wave/context.ts';
import type { MeasureStageResult } from '../wave/measure-stage.ts';
import { measureStage, sentSignals } from '../wave/measure-stage.ts';
import { nextCarry } from '../wave/next-carry.ts';
import type { planStage } from '../wave/plan-stage.ts';
import { withPromise } from '../wave/rollout-record.ts';
import { simulatedAttempt } from './simulated-agent.ts';
import type { SimulatedWave } from './simulate-wave.ts';
import { simulateWave } from './simulate-wave.ts';
import type { AttemptModel } from './virtual-agent.ts';

/** What an experiment puts in the place of a part of the run; what is absent is as in a live run. */
export interface RunVariant {
  /** What really happens in a wave's attempts; absent: what the natures do. */
  attempts?: (wave: number) => AttemptModel;
  /** The wave as it is run, from the wave as it was tuned: with other estimates or parameters. */
  prepare?: (tuned: TunedWave, context: WaveContext) => TunedWave;
  /** How plans are made. */
  plan?: typeof planStage;
  /** What the measures and all that learns are told of the wave's attempts. The dispatch sees them as they were. */
  told?: (lines: AttemptLine[], wave: number) => AttemptLine[];
  /** How the calibration takes a wave's evidence in. */
  absorb?: typeof absorb;
  /** What the next wave is handed, of what this one hands on. */
  handed?: (carry: Carry) => Carry;
  /** What the phases' files say when a wave after the first begins, from what they said before. */
  reread?: (context: WaveContext, done: readonly SimulatedRunWave[]) => WaveContext;
}

export interface SimulateRunInput {
  /** The first wave's context; `wave`, `tasks` and `carry` are set for each wave. */
  context: WaveContext;
  /** Tasks by wave, in the order of the waves. */
  waves: { wave: number; tasks: Task[] }[];
  /** The agents' true nature. */
  natures: SimulatedAgent[];
  startAt: number;
  variant?: RunVariant;
}

export interface SimulatedRunWave {
  wave: number;
  strategy: StrategyName;
  metrics: Metric[];
  measured: MeasureStageResult;
  simulated: SimulatedWave;
  signals: LearningSignal[];
  /** What the next wave, or run, starts from. */
  carry: Carry;
}

/** The same input gives the same bytes. Approvals are given at once. */
export function simulateRun(input: SimulateRunInput): SimulatedRunWave[] {
  const done: SimulatedRunWave[] = [];
  let files = input.context;
  let { carry } = input.context;
  let startAt = input.startAt;
  const { variant = {} } = input;
  const attempts = variant.attempts ?? ((wave: number) => natureModel(input.natures, wave));
  for (const { wave, tasks } of input.waves) {
    if (variant.reread && done.length > 0) {
      const before = files;
      files = variant.reread(before, done);
      carry = rebaseCarry(carry, before, files);
    }
    const result = runWave({ ...files, wave, tasks, carry }, variant, attempts(wave), startAt);
    carry = variant.handed?.(result.carry) ?? result.carry;
    startAt = Math.max(startAt, result.simulated.facts.lastOutcomeAt ?? startAt);
    done.push(result);
  }
  return done;
}

function runWave(context: WaveContext, variant: RunVariant, model: AttemptModel, startAt: number): SimulatedRunWave {
  const chosen = chooseStrategy(context, startAt);
  const { recommendation } = chosen;
  const tables = contextTables(context);
  const asTuned = tuneFor(context, recommendation.strategy, recommendation.adjustments, tables);
  const tuned = variant.prepare?.(asTuned, context) ?? asTuned;
  const { settings, estimate } = tuned;
  const { approvalTimeoutMs, tasks } = context;
  const simulated = simulateWave({
    settings,
    tasks,
    estimate,
    model,
    startAt,
    approveAfterMs: 0,
    approvalTimeoutMs,
    ...(variant.plan && { plan: variant.plan }),
  });
  const measured = measureStage({
    settings,
    lines: variant.told?.(simulated.lines, context.wave) ?? simulated.lines,
    discarded: simulated.discarded,
    answers: [],
    facts: simulated.facts,
    firstPlan: simulated.memory.firstPlan,
    firstPlanMakespanMs: simulated.memory.firstPlanMakespanMs,
    calibration: context.carry.calibration,
    adjusted: tables.adjusted,
    signals: sentSignals(context.carry.previous?.signals ?? [], context.acknowledgements),
    rollouts: withPromise(context, chosen),
    heuristics: context.heuristics,
    absorb: variant.absorb,
  });
  const signals = buildSignals({
    execution_id: context.execution_id,
    wave: context.wave,
    recommendation,
    measured,
    actions: tuned.actions,
    acknowledgements: context.acknowledgements,
    targets: context.targets,
  });
  return {
    wave: context.wave,
    strategy: recommendation.strategy,
    metrics: measured.metrics,
    measured,
    simulated,
    signals,
    carry: nextCarry(context, chosen, tuned, measured, signals),
  };
}

/** Attempts as simulated agents of these natures really make them in a wave. */
export function natureModel(natures: readonly SimulatedAgent[], wave: number): AttemptModel {
  const byId = new Map(natures.map((nature) => [nature.agent_id, nature]));
  return (row, attempt, speed_multiplier, elapsed_ms) => {
    const nature = byId.get(row.agent_id);
    if (!nature) throw new Error(`agent ${row.agent_id} has no true nature`);
    return simulatedAttempt(nature, {
      task_id: row.task_id,
      attempt,
      generation: row.task.generation,
      wave,
      declared: row.declared,
      declared_ms: row.declared_ms,
      payload: row.task.payload,
      speed_multiplier,
      elapsed_ms,
    });
  };
}
