/** The policies that the learning experiment compares: each makes of the same run the run under its own rule. */
import type { Agent } from '../../domain/model/agent.ts';
import { invariant } from '../../domain/model/invariant.ts';
import type { RunVariant, SimulateRunInput } from '../../domain/simulation/simulate-run.ts';
import { inTurn } from './baselines/round-robin.ts';
import { tuneByRules } from './baselines/rules.ts';
import { staticPlacement } from './baselines/static-placement.ts';
import type { Fleet } from './fleets.ts';
import { shuffledFeedback } from './shuffled-feedback.ts';
import { trueEstimator } from './true-estimator.ts';

export const BASELINE_NAMES = ['static', 'round_robin', 'rules'] as const;
export type BaselineName = (typeof BASELINE_NAMES)[number];
export type PolicyName = BaselineName | 'ours' | 'oracle' | 'shuffled';

type Policy = (input: SimulateRunInput, fleet: Fleet) => SimulateRunInput;

/**
 * `ours`: the product as it is. `oracle`: its planner and dispatch, planning with the truth. `static`: its plan from
 * what is declared, kept. `round_robin`: agents in turn. `rules`: the same, tuned by the original's rules. `shuffled`:
 * the product, told of other agents than those that did the work.
 */
const POLICIES: ReadonlyMap<PolicyName, Policy> = new Map<PolicyName, Policy>([
  ['ours', (input) => input],
  ['oracle', (input, fleet) => unlearning(input, { prepare: withTruth(input, fleet) })],
  ['static', (input) => unmoved(unlearning(input, { plan: staticPlacement }))],
  ['round_robin', (input) => unmoved(unlearning(input, { plan: inTurn }))],
  ['rules', (input) => unmoved(unlearning(input, { plan: inTurn, prepare: tuneByRules }))],
  ['shuffled', (input) => withVariant(input, { told: shuffledFeedback(input.context) })],
]);

/** The same run under a policy. */
export function underPolicy(name: PolicyName, input: SimulateRunInput, fleet: Fleet): SimulateRunInput {
  const policy = POLICIES.get(name);
  invariant(policy, `${name} is not a policy`);
  return policy(input, fleet);
}

function withTruth({ context }: SimulateRunInput, fleet: Fleet): NonNullable<RunVariant['prepare']> {
  return (tuned, { wave }) => ({ ...tuned, estimate: trueEstimator(context, fleet.natures(wave), tuned) });
}

/** Parameters stay at their start, nothing is learned, and no strategy adjusts anything. */
function unlearning(input: SimulateRunInput, variant: RunVariant): SimulateRunInput {
  const context = { ...input.context, tuning: 'frozen' as const, strategy: 'balance_load' as const };
  return withVariant({ ...input, context }, variant);
}

/** Without second copies, which would be a change within the wave. */
function unmoved(input: SimulateRunInput): SimulateRunInput {
  const agents = input.context.agents.map((agent): Agent => ({ ...agent, idempotent: false }));
  return { ...input, context: { ...input.context, agents } };
}

function withVariant(input: SimulateRunInput, variant: RunVariant): SimulateRunInput {
  return { ...input, variant: { ...input.variant, ...variant } };
}
