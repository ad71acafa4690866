/** What the learning experiment says: ratios over paired seeds, as JSON and as a table for people. */
import Table from 'cli-table3';
import type { RunFigures } from './experiment.ts';
import type { FleetName } from './fleets.ts';
import { meanOf, meanRatio, type Estimated, type Interval } from './paired.ts';
import { BASELINE_NAMES, type BaselineName, type PolicyName } from './policies.ts';

/** By policy, one run per seed, in the same order for all. */
export type PairedRuns = Readonly<Partial<Record<PolicyName, readonly RunFigures[]>>>;

/** Total makespans are compared seed by seed; `ci` is the 95 % interval over the seeds. */
export interface PolicyFigures {
  oracle_ratio: number;
  ci: Interval;
  /** Tasks that did not complete, over all seeds. */
  lost: number;
  /** Share of attempted tasks whose first attempt completed. */
  first_attempt_success: number;
}

export interface FleetFigures extends PolicyFigures {
  /** Ours ÷ the original's rules. */
  vs_rules: number;
  vs_rules_ci: Interval;
  /** Ours ÷ the same dispatch that learns nothing between waves, at the same pace: what learning is worth beside dispatch. */
  vs_rebalanced: number;
  vs_rebalanced_ci: Interval;
  /** The upper ends of the intervals must not exceed these; `vs_rules` null: nothing is asked. */
  marks: { oracle_ratio: number; vs_rules: number | null };
  /** Null: nothing is asked, or one seed alone has no interval. `first_attempt_success`: under `maximize_success` surely no lower than the rules'. */
  met: {
    oracle_ratio: boolean | null;
    vs_rules: boolean | null;
    lost: boolean | null;
    first_attempt_success: boolean | null;
  };
  /** The product with the strategy pinned, where it was run; its first attempts − the rules', seed by seed. */
  maximize_success: (PolicyFigures & { first_attempt_gain: number; first_attempt_gain_ci: Interval }) | null;
  oracle: Omit<PolicyFigures, 'oracle_ratio' | 'ci'>;
  baselines: Record<BaselineName, PolicyFigures>;
}

/**
 * The learner that is told of the wrong agents. `vs_ours`: its makespan ÷ ours; `worse`: the whole interval is above 1. Null:
 * one seed alone has no interval.
 */
export interface ControlFigures extends PolicyFigures {
  vs_ours: number;
  vs_ours_ci: Interval;
  worse: boolean | null;
  passes_mark: boolean | null;
}

export interface LearningFigures {
  seeds: number;
  waves: number;
  agents: number;
  tasks: number;
  fleets: Partial<Record<FleetName, FleetFigures>>;
  negative_control: Partial<Record<FleetName, ControlFigures>>;
}

export const ORACLE_MARKS: Readonly<Record<FleetName, number>> = {
  homogeneous: 1.06,
  heterogeneous: 1.1,
  drifting: 1.25,
  straggler: 1.2,
  flaky: 1.15,
  outage: 1.12,
};
const RULES_MARK = 0.75;

export function fleetFigures(name: FleetName, runs: PairedRuns): FleetFigures {
  const ours = policyFigures(runs, 'ours');
  const rules = compare(runs, 'ours', 'rules');
  const rebalanced = compare(runs, 'ours', 'rebalanced');
  const within = (ci: Interval, mark: number | null) => (mark === null || ci === null ? null : ci[1] <= mark);
  const marks = { oracle_ratio: ORACLE_MARKS[name], vs_rules: name === 'homogeneous' ? null : RULES_MARK };
  const { lost, first_attempt_success } = policyFigures(runs, 'oracle');
  const pinned = pinnedFigures(runs);
  const baselines = Object.fromEntries(
    BASELINE_NAMES.map((baseline) => [baseline, policyFigures(runs, baseline)]),
  ) as Record<BaselineName, PolicyFigures>;
  return {
    ...ours,
    vs_rules: rules.mean,
    vs_rules_ci: rules.ci,
    vs_rebalanced: rebalanced.mean,
    vs_rebalanced_ci: rebalanced.ci,
    marks,
    met: {
      oracle_ratio: within(ours.ci, marks.oracle_ratio),
      vs_rules: within(rules.ci, marks.vs_rules),
      lost: name === 'outage' ? ours.lost === 0 : null,
      first_attempt_success: pinned?.first_attempt_gain_ci ? pinned.first_attempt_gain_ci[0] >= 0 : null,
    },
    oracle: { lost, first_attempt_success },
    baselines,
    maximize_success: pinned,
  };
}

function pinnedFigures(runs: PairedRuns): FleetFigures['maximize_success'] {
  if (runs.maximize_success === undefined) return null;
  const shares = (policy: PolicyName) => (runs[policy] ?? []).map((run) => run.firstSuccesses / run.attempted);
  const rules = shares('rules');
  const gain = meanOf(shares('maximize_success').map((share, index) => share - rules[index]!));
  return { ...policyFigures(runs, 'maximize_success'), first_attempt_gain: gain.mean, first_attempt_gain_ci: gain.ci };
}

export function controlFigures(name: FleetName, runs: PairedRuns): ControlFigures {
  const shuffled = policyFigures(runs, 'shuffled');
  const ratio = compare(runs, 'shuffled', 'ours');
  return {
    ...shuffled,
    vs_ours: ratio.mean,
    vs_ours_ci: ratio.ci,
    worse: ratio.ci && ratio.ci[0] > 1,
    passes_mark: shuffled.ci && shuffled.ci[1] <= ORACLE_MARKS[name],
  };
}

function policyFigures(runs: PairedRuns, policy: PolicyName): PolicyFigures {
  const own = runs[policy] ?? [];
  const ratio = compare(runs, policy, 'oracle');
  const sum = (of: (run: RunFigures) => number) => own.reduce((total, run) => total + of(run), 0);
  return {
    oracle_ratio: ratio.mean,
    ci: ratio.ci,
    lost: sum((run) => run.lost),
    first_attempt_success: sum((run) => run.firstSuccesses) / sum((run) => run.attempted),
  };
}

function compare(runs: PairedRuns, policy: PolicyName, reference: PolicyName): Estimated {
  const makespans = (name: PolicyName) => (runs[name] ?? []).map(({ makespanMs }) => makespanMs);
  return meanRatio(makespans(policy), makespans(reference));
}

export function learningTable({ fleets, negative_control }: LearningFigures): string {
  const style = { head: [], border: [] };
  const head = [
    'fleet',
    'ours ÷ oracle',
    'mark',
    ...BASELINE_NAMES,
    'ours ÷ rules',
    'mark',
    'ours ÷ rebalanced',
    'lost',
    'first try',
  ];
  const table = new Table({ head, style });
  for (const [name, one] of Object.entries(fleets)) {
    const { baselines, marks, met } = one;
    table.push([
      name,
      ratioText(one.oracle_ratio, one.ci),
      markText(marks.oracle_ratio, met.oracle_ratio),
      ...BASELINE_NAMES.map((baseline) => baselines[baseline].oracle_ratio.toFixed(2)),
      ratioText(one.vs_rules, one.vs_rules_ci),
      markText(marks.vs_rules, met.vs_rules),
      ratioText(one.vs_rebalanced, one.vs_rebalanced_ci),
      one.lost,
      one.first_attempt_success.toFixed(3),
    ]);
  }
  const control = Object.entries(negative_control).map(([name, one]) => {
    return `Shuffled feedback, ${name}: ${ratioText(one.oracle_ratio, one.ci)} × oracle, ${ratioText(one.vs_ours, one.vs_ours_ci)} × ours (${controlVerdict(one)})`;
  });
  const pinned = Object.entries(fleets).flatMap(([name, { maximize_success: one, baselines, met }]) => {
    if (one === null) return [];
    const verdicts = { true: 'surely no worse', false: 'not surely as good', null: 'one seed tells nothing' };
    const says = verdicts[`${met.first_attempt_success}`];
    return `maximize_success, ${name}: ${ratioText(one.oracle_ratio, one.ci)} × oracle; first try ${one.first_attempt_success.toFixed(3)}, rules ${baselines.rules.first_attempt_success.toFixed(3)} (${says})`;
  });
  return [table.toString(), ...pinned, ...control].join('\n');
}

function markText(mark: number | null, met: boolean | null): string {
  if (mark === null) return 'none';
  return `${mark.toFixed(2)} ${met === null ? 'one seed tells nothing' : met ? 'met' : 'missed'}`;
}

function controlVerdict({ worse, vs_ours }: ControlFigures): string {
  if (worse === null) return 'one seed tells nothing';
  if (worse) return 'worse, as it must be';
  return vs_ours > 1 ? 'worse, but not surely: take more seeds' : 'not worse: the experiment proves nothing';
}

/** With its interval; alone where all seeds gave the same. */
export function ratioText(mean: number, ci: Interval): string {
  if (ci === null) return `${mean.toFixed(3)} (one seed)`;
  const [low, high] = ci;
  return low === high ? mean.toFixed(3) : `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
