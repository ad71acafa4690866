/** The choices before a wave's first plan: its strategy, and every agent's parameters. */
import { ofAgent } from '../calibration/state.ts';
import { paceTasks } from '../calibration/time.ts';
import type { RolloutPromise, WaveSetup } from '../simulation/rollout.ts';
import { rollOut } from '../simulation/rollout.ts';
import { startParameters } from '../model/agent.ts';
import type { Adjustments, TunedParameters } from '../model/agent.ts';
import type { Recommendation, StrategyName, TuningAction } from '../model/records.ts';
import type { StrategyView } from '../strategy/eligibility.ts';
import { reinforcementNotes, reinforcementWeights } from '../strategy/reinforcement.ts';
import { STRATEGIES } from '../strategy/catalogue.ts';
import { selectStrategy } from '../strategy/select.ts';
import type { TuningMemory } from '../tuning/tune-agents.ts';
import { tuneAgents } from '../tuning/tune-agents.ts';
import type { WaveContext } from './context.ts';
import type { Estimator, PredictionTable } from './estimates.ts';
import { createEstimator, predictionTable } from './estimates.ts';
import { observedValue } from './measure-stage.ts';
import type { WaveSettings } from './settings.ts';

/** Simulated waves per strategy and side when a strategy's promise is worked out. */
const ROLLOUT_REPLICAS = { min: 3, max: 12 };
/** So many tasks in all of them together: the more tasks a wave has, the less one differs from the next, and the longer it takes. */
const ROLLOUT_TASKS = 2_400;

function rolloutReplicas(tasks: number): number {
  const { min, max } = ROLLOUT_REPLICAS;
  return Math.max(min, Math.min(max, Math.round(ROLLOUT_TASKS / Math.max(1, tasks))));
}

export interface ChosenStrategy {
  recommendation: Recommendation;
  eligible: StrategyName[];
  /** What the chosen strategy promises for its target metric; null: no adjustments, or nothing to simulate. */
  promise: RolloutPromise | null;
}

/** Selects the wave's strategy. `startAt`: epoch milliseconds for the virtual clock of the roll-outs. */
export function chooseStrategy(context: WaveContext, startAt: number): ChosenStrategy {
  const tables = contextTables(context);
  const setup: WaveSetup = (strategy, adjustments) => tuneFor(context, strategy, adjustments, tables);
  // With tuning frozen none changes anything, and the choice is what it would be.
  const changes = (strategy: StrategyName) =>
    changesAnything(setup(strategy, STRATEGIES[strategy].adjustments).settings, setup(strategy, {}).settings);
  const promises = new Map<StrategyName, RolloutPromise | null>();
  const rollout = (strategy: StrategyName): RolloutPromise | null => {
    // Without adjustments there is no difference to simulate.
    if (context.tuning === 'frozen') return null;
    const known = promises.get(strategy);
    if (known !== undefined) return known;
    const promise = rollOut(
      {
        setup,
        tasks: context.tasks,
        calibration: context.carry.calibration,
        adjusted: tables.adjusted,
        startAt,
        approvalTimeoutMs: context.approvalTimeoutMs,
        seed: context.seed,
        replicas: rolloutReplicas(context.tasks.length),
      },
      strategy,
    );
    promises.set(strategy, promise);
    return promise;
  };
  const view = strategyView(context);
  const { recommendation, eligible } = selectStrategy({
    view,
    targets: context.targets,
    weights: reinforcementWeights(context.reinforcement),
    trials: context.carry.trials,
    pinned: context.strategy,
    seed: context.seed,
    draw: context.carry.waves_before + context.wave,
    rollout,
    changes,
    notes: [
      ...(context.carry.previous ? [] : unmeasuredNotes(context.carry.left_behind, view)),
      ...reinforcementNotes(context.reinforcement),
    ],
  });
  const { strategy, adjustments } = recommendation;
  if (Object.keys(adjustments).length === 0) return { recommendation, eligible, promise: null };
  if (!changes(strategy)) {
    const why =
      context.tuning === 'frozen' ? 'Tuning is frozen' : 'All that it asks for is at its bounds, refused or waiting';
    const rationale = `${recommendation.rationale} ${why}: no adjustment is made.`;
    return {
      recommendation: { ...recommendation, adjustments: {}, expected_impact: null, rationale },
      eligible,
      promise: null,
    };
  }
  return { recommendation, eligible, promise: rollout(strategy) };
}

/** Whose figures a wave is judged by where no wave before it is known. */
function unmeasuredNotes(leftBehind: string | null, view: StrategyView): string[] {
  const known = Object.values(view).some((value) => value !== null);
  return [
    leftBehind ?? 'No wave of this run has been measured yet.',
    known ? 'These figures are from phase 21.' : 'Phase 21 has no figures.',
  ];
}

/** What eligibility is judged by: the run's wave before, or phase 21's metrics. */
export function strategyView(context: WaveContext): StrategyView {
  const { previous } = context.carry;
  const { phase21 } = context.reinforcement;
  if (!previous) {
    const { success_rate, throughput, load_balance, retry_rate, confidence_trajectory } = phase21;
    return { success_rate, throughput, load_balance, retry_rate, confidence_trajectory };
  }
  const value = (name: Parameters<typeof observedValue>[0]) => observedValue(name, previous.metrics, previous.side);
  return {
    success_rate: value('success_rate'),
    throughput: value('throughput'),
    load_balance: value('load_balance'),
    retry_rate: value('retry_rate'),
    confidence_trajectory: value('confidence_trajectory'),
  };
}

function changesAnything(tuned: WaveSettings, plain: WaveSettings): boolean {
  const changed = ({ parameters, knobs }: WaveSettings) => JSON.stringify([parameters, knobs]);
  return changed(tuned) !== changed(plain);
}

export interface TunedWave {
  settings: WaveSettings;
  estimate: Estimator;
  actions: TuningAction[];
  /** What was taken back of the wave before, by agent. */
  reverted: Record<string, Partial<TunedParameters>>;
  memory: Record<string, TuningMemory>;
}

export interface ContextTables {
  declared: PredictionTable;
  adjusted: PredictionTable;
}

export function contextTables(context: WaveContext): ContextTables {
  return { declared: predictionTable(context.declared), adjusted: predictionTable(context.adjusted) };
}

/** Tunes every agent for a wave with this strategy and these adjustments. Frozen tuning changes nothing. */
export function tuneFor(
  context: WaveContext,
  strategy: StrategyName,
  adjustments: Adjustments,
  tables: ContextTables,
): TunedWave {
  const { carry } = context;
  const parameters = Object.fromEntries(
    context.agents.map(({ agent_id, slots }) => [
      agent_id,
      ofAgent(carry.parameters, agent_id) ?? startParameters(slots),
    ]),
  );
  const tuned = tuneAgents({
    agents: context.agents,
    parameters,
    memory: carry.tuning,
    frozen: context.tuning === 'frozen',
    results: carry.previous?.results ?? null,
    adjustments,
    targets: context.targets,
    maxAttempts: context.limits.maxAttempts,
    wave: context.wave,
  });
  const settings: WaveSettings = {
    execution_id: context.execution_id,
    dataset: context.dataset,
    wave: context.wave,
    dry_run: context.dry_run,
    seed: context.seed,
    targets: context.targets,
    strategy,
    agents: context.agents,
    parameters: tuned.parameters,
    knobs: tuned.knobs,
    limits: context.limits,
    gate: context.gate,
    pace_tasks: Object.fromEntries(
      context.agents.map(({ agent_id }) => [agent_id, paceTasks(carry.calibration, agent_id)]),
    ),
    on_trial: carry.tripped,
  };
  const estimate = createEstimator({
    ...tables,
    calibration: carry.calibration,
    parameters: tuned.parameters,
    knobs: tuned.knobs,
  });
  return { settings, estimate, actions: tuned.actions, reverted: tuned.reverted, memory: tuned.memory };
}
