/** The policies that the learning experiment compares: each makes of the same run the run under its own rule. */
import { absorb } from '../../domain/calibration/absorb.ts';
import { PACE_TASKS_MAX } from '../../domain/calibration/time.ts';
import { emptyCalibration } from '../../domain/calibration/state.ts';
import type { Agent } from '../../domain/model/agent.ts';
import { startParameters } from '../../domain/model/agent.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { RunVariant, SimulateRunInput } from '../../domain/simulation/simulate-run.ts';
import type { TunedWave } from '../../domain/wave/choose-stage.ts';
import { contextTables } from '../../domain/wave/choose-stage.ts';
import type { PlanStageInput, PlanStageResult } from '../../domain/wave/plan-stage.ts';
import { planStage } from '../../domain/wave/plan-stage.ts';
import { createEstimator } from '../../domain/wave/estimates.ts';
import { inTurn } from './baselines/round-robin.ts';
import { tuneByRules } from './baselines/rules.ts';
import { staticPlacement } from './baselines/static-placement.ts';
import type { Fleet } from './fleets.ts';
import { shuffledFeedback } from './shuffled-feedback.ts';
import { trueEstimator } from './true-estimator.ts';

export const BASELINE_NAMES = ['static', 'round_robin', 'rebalanced', 'rules', 'rules_rebalanced'] as const;
export type BaselineName = (typeof BASELINE_NAMES)[number];
/** The product without one of its parts. */
export const ABLATION_NAMES = [
  'no_calibration',
  'no_drift_watch',
  'no_rebalancing',
  'no_second_copies',
  'no_tuning',
  'first_strategy',
] as const;
export type AblationName = (typeof ABLATION_NAMES)[number];
export type PolicyName = BaselineName | AblationName | 'ours' | 'maximize_success' | 'oracle' | 'shuffled';

type Policy = (input: SimulateRunInput, fleet: Fleet) => SimulateRunInput;

/**
 * `ours`: the product as it is. `maximize_success`: the same with that strategy pinned. `oracle`: its planner and dispatch, planning with the truth. `static`: its plan from
 * what is declared, kept. `round_robin`: agents in turn. `rules`: the same, tuned by the original's rules. `rebalanced` and
 * `rules_rebalanced`: a first plan in turn, but the product's new plans and second copies within the wave, without and with these rules. `shuffled`:
 * the product, told of other agents than those that did the work. The ablations: it forgets between waves what it calibrated or
 * what strategies achieved; never takes an agent for changed; never moves tasks to even out load; begins no second copies; does not tune.
 */
const POLICIES: ReadonlyMap<PolicyName, Policy> = new Map<PolicyName, Policy>([
  ['ours', (input) => input],
  ['maximize_success', (input) => ({ ...input, context: { ...input.context, strategy: 'maximize_success' } })],
  ['oracle', (input, fleet) => unlearning(input, { prepare: withTruth(input, fleet) })],
  ['static', (input) => unmoved(unlearning(input, { plan: staticPlacement }))],
  ['round_robin', (input) => unmoved(unlearning(input, { plan: inTurn }))],
  ['rules', (input) => unmoved(unlearning(input, { plan: inTurn, prepare: tuneByRules }))],
  ['rebalanced', (input) => unlearning(input, { plan: firstInTurn })],
  ['rules_rebalanced', (input) => unlearning(input, { plan: firstInTurn, prepare: tuneByRules })],
  ['no_calibration', (input) => handing(input, (carry) => ({ ...carry, calibration: emptyCalibration() }))],
  ['no_drift_watch', (input) => withVariant(input, { absorb: (state, seen) => absorb(state, seen, Infinity) })],
  ['no_rebalancing', (input) => withVariant(input, { prepare: neverWorthIt })],
  ['no_second_copies', (input) => unmoved(input)],
  ['no_tuning', (input) => withVariant(input, { prepare: withStartParameters(input) })],
  ['first_strategy', (input) => handing(input, (carry) => ({ ...carry, trials: [] }))],
  ['shuffled', (input) => withVariant(input, { told: shuffledFeedback(input.context) })],
]);

/** The same run under a policy. */
export function underPolicy(name: PolicyName, input: SimulateRunInput, fleet: Fleet): SimulateRunInput {
  const policy = POLICIES.get(name);
  invariant(policy, `${name} is not a policy`);
  return policy(input, fleet);
}

function withTruth({ context }: SimulateRunInput, fleet: Fleet): NonNullable<RunVariant['prepare']> {
  const pace_tasks = Object.fromEntries(context.agents.map(({ agent_id }) => [agent_id, PACE_TASKS_MAX]));
  return (tuned, { wave }) => ({
    ...tuned,
    settings: { ...tuned.settings, pace_tasks },
    estimate: trueEstimator(context, fleet.natures(wave), tuned),
  });
}

/** Parameters stay at their start, nothing is learned, and no strategy adjusts anything. */
function unlearning(input: SimulateRunInput, variant: RunVariant): SimulateRunInput {
  const context = { ...input.context, tuning: 'frozen' as const, strategy: 'balance_load' as const };
  return withVariant({ ...input, context }, variant);
}

function handing(input: SimulateRunInput, handed: NonNullable<RunVariant['handed']>): SimulateRunInput {
  return withVariant(input, { handed });
}

function firstInTurn(input: PlanStageInput): PlanStageResult {
  return input.version === 1 ? inTurn(input) : planStage(input);
}

/** Plans change only for agents that are lost, tasks that failed there, and what is left over. */
function neverWorthIt(tuned: TunedWave): TunedWave {
  const { settings } = tuned;
  return { ...tuned, settings: { ...settings, knobs: { ...settings.knobs, rebalance_threshold: Infinity } } };
}

/** Whatever the tuner says, agents have the parameters that they began with. */
function withStartParameters({ context }: SimulateRunInput): NonNullable<RunVariant['prepare']> {
  return (tuned, { carry }) => {
    const parameters = Object.fromEntries(
      context.agents.map(({ agent_id, slots }) => [agent_id, startParameters(slots)]),
    );
    const settings = { ...tuned.settings, parameters };
    const { calibration } = carry;
    const estimate = createEstimator({ ...contextTables(context), calibration, parameters, knobs: settings.knobs });
    return { ...tuned, settings, estimate };
  };
}

/** Without second copies, which would be a change within the wave. */
function unmoved(input: SimulateRunInput): SimulateRunInput {
  const agents = input.context.agents.map((agent): Agent => ({ ...agent, idempotent: false }));
  return { ...input, context: { ...input.context, agents } };
}

function withVariant(input: SimulateRunInput, variant: RunVariant): SimulateRunInput {
  return { ...input, variant: { ...input.variant, ...variant } };
}
