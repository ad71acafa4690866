/** The tables and pictures of docs/learning.md. */
import { scoreHealth } from '../../domain/health/score.ts';
import type { ParameterName } from '../../domain/model/agent.ts';
import { METRIC_NAMES, type MetricName } from '../../domain/model/targets.ts';
import type { SimulatedRunWave } from '../../domain/simulation/simulate-run.ts';
import { markdownTable } from '../docs/sections.ts';
import { missedTargets } from './demo-waves.ts';
import { coverageCells, SHOWN_QUANTITIES, type CoverageFigures } from './forecast-coverage.ts';
import { ratioText, type ControlFigures, type FleetFigures, type PolicyFigures } from './figures.ts';
import type { Estimated, Interval } from './paired.ts';
import { BASELINE_NAMES } from './policies.ts';
import { waveChartSvg } from './wave-chart.ts';

type ByFleet<Figures> = readonly (readonly [fleet: string, figures: Figures])[];

const SHORT: Record<MetricName, string> = {
  success_rate: 'success',
  throughput: 'throughput',
  agent_utilization: 'utilisation',
  confidence_trajectory: 'confidence',
  schedule_adherence: 'adherence',
  learning_impact: 'impact',
  optimization_efficiency: 'efficiency',
};

/** Makespans ÷ the oracle's, and the marks. */
export function ratiosTable(fleets: ByFleet<FleetFigures>): string {
  const head = [
    'Fleet',
    'Ours',
    'Mark',
    'Static',
    'Round-robin',
    'Rebalanced',
    'Rules',
    'Rules, rebalanced',
    'Ours ÷ rules, mark ≤ 0.75',
    'Ours ÷ rebalanced',
  ];
  const rows = fleets.map(([name, one]) => {
    const { marks, met, baselines } = one;
    const mark = `≤ ${marks.oracle_ratio.toFixed(2)}${met.oracle_ratio === false ? ': **missed**' : ''}`;
    const rules = `${ratioText(one.vs_rules, one.vs_rules_ci)}${met.vs_rules === null ? ', no mark' : met.vs_rules ? '' : ': **missed**'}`;
    const others = BASELINE_NAMES.map((baseline) => {
      const { oracle_ratio, ci } = baselines[baseline];
      return ratioText(oracle_ratio, ci);
    });
    const rebalanced = ratioText(one.vs_rebalanced, one.vs_rebalanced_ci);
    return [`\`${name}\``, ratioText(one.oracle_ratio, one.ci), mark, ...others, rules, rebalanced];
  });
  return markdownTable(head, rows);
}

/** Tasks that did not complete, and first attempts that did. */
export function lostTable(fleets: ByFleet<FleetFigures>): string {
  const head = ['Fleet', 'Lost: ours', 'oracle', 'rules', 'First attempt completed: ours', 'oracle', 'rules'];
  const rows = fleets.map(([name, one]) => {
    const all = [one, one.oracle, one.baselines.rules];
    return [
      `\`${name}\``,
      ...all.map(({ lost }) => String(lost)),
      ...all.map(({ first_attempt_success: share }) => share.toFixed(3)),
    ];
  });
  return markdownTable(head, rows);
}

function differenceText(mean: number, ci: Interval): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  return ci === null
    ? `${signed(mean)} on one seed`
    : `${signed(mean)}, ${signed(ci[0])} to ${signed(ci[1])} on the mean of the seeds`;
}

/** What pinning `maximize_success` gives, where it was run. */
export function pinnedText(fleets: ByFleet<FleetFigures>): string {
  return fleets
    .flatMap(([name, { maximize_success: pinned, baselines, met, ...ours }]) => {
      if (pinned === null) return [];
      const share = (one: PolicyFigures) => one.first_attempt_success.toFixed(3);
      const gain = differenceText(pinned.first_attempt_gain, pinned.first_attempt_gain_ci);
      const verdicts = { true: 'surely no fewer than', false: '**not surely as many as**', null: 'beside' };
      const verdict = verdicts[`${met.first_attempt_success}`];
      return (
        `With \`maximize_success\` pinned, \`${name}\`: ${share(pinned)} of tasks complete at the first attempt, ${verdict} the ` +
        `rules' ${share(baselines.rules)} (${gain}); ours unpinned has ${share(ours)}. ${pinned.lost} are lost, unpinned ${ours.lost}; the run ` +
        `takes ${ratioText(pinned.oracle_ratio, pinned.ci)} times the oracle's time, unpinned ${ratioText(ours.oracle_ratio, ours.ci)}.`
      );
    })
    .join('\n\n');
}

export function controlText(controls: ByFleet<ControlFigures>): string {
  return controls
    .map(([name, one]) => {
      const ratios = `${ratioText(one.oracle_ratio, one.ci)} times the oracle's time and ${ratioText(one.vs_ours, one.vs_ours_ci)} times ours`;
      const isWorse = one.worse && !one.passes_mark;
      const verdict =
        one.worse === null
          ? 'One seed tells nothing.'
          : isWorse
            ? 'It does worse, and fails the mark.'
            : '**It should do worse.**';
      return `Negative control, \`${name}\`: the learner with shuffled feedback takes ${ratios}. ${verdict}`;
    })
    .join('\n\n');
}

/** One column per policy. */
export function estimatesTable(corner: string, rows: ByFleet<Readonly<Record<string, Estimated>>>): string {
  const columns = Object.keys(rows[0]?.[1] ?? {});
  const cells = rows.map(([name, row]) => [
    `\`${name}\``,
    ...columns.map((column) => ratioText(row[column]!.mean, row[column]!.ci)),
  ]);
  return markdownTable([corner, ...columns.map((column) => `\`${column}\``)], cells);
}

/** Shares inside the 80 % and the 95 % interval. */
export function coverageTable(fleets: ByFleet<CoverageFigures>): string {
  const head = ['Fleet', ...SHOWN_QUANTITIES.map((quantity) => `\`${quantity}\``)];
  return markdownTable(
    head,
    fleets.map(([name, figures]) => [`\`${name}\``, ...coverageCells(figures)]),
  );
}

/** One run, wave by wave; values that miss their target are bold. */
export function wavesTable(waves: readonly SimulatedRunWave[]): string {
  const rows = waves.map((one) => {
    const missed = new Set(missedTargets(one).map(({ metric_name: name }) => name));
    const values = METRIC_NAMES.map((name) => {
      const value = one.metrics.find(({ metric_name }) => metric_name === name)?.value ?? null;
      if (value === null) return '–';
      const text = name === 'throughput' ? value.toFixed(1) : value.toFixed(3);
      return missed.has(name) ? `**${text}**` : text;
    });
    return [String(one.wave), strategyOf(one), ...values, healthOf(one)?.toFixed(1) ?? '–'];
  });
  return markdownTable(['Wave', 'Strategy', ...METRIC_NAMES.map((name) => SHORT[name]), 'Health'], rows);
}

/** What the last wave of each run misses, and how many of all waves from `settled` on miss nothing. */
export function seedsText(
  runs: readonly { seed: number; waves: readonly SimulatedRunWave[] }[],
  settled: number,
): string {
  const misses = runs.flatMap(({ seed, waves }) => {
    const missed = missedTargets(waves.at(-1)!).map(({ metric_name: name, value, target_value: target }) => {
      return `\`${name}\` ${value!.toFixed(3)} (target ${target})`;
    });
    return missed.length === 0 ? [] : [`seed ${seed} misses ${missed.join(', ')}`];
  });
  const later = runs.flatMap(({ waves }) => waves.slice(settled - 1));
  const meeting = later.filter((wave) => missedTargets(wave).length === 0).length;
  const others = misses.length === 0 ? '' : `; ${misses.join('; ')}`;
  return (
    `Of seeds ${runs[0]?.seed} to ${runs.at(-1)?.seed}, ${runs.length - misses.length} meet every target that has data in ` +
    `the last wave${others}. So do ${meeting} of their ${later.length} waves from ${settled} on.`
  );
}

/** Health and metrics as shares of their targets, and the strategy of each wave. */
export function healthChart(waves: readonly SimulatedRunWave[], title: string): string {
  const shown = [
    'success_rate',
    'throughput',
    'agent_utilization',
    'schedule_adherence',
    'optimization_efficiency',
  ] as const;
  const shares = (name: MetricName) =>
    waves.map(({ metrics }) => {
      const { value, target_value } = metrics.find(({ metric_name }) => metric_name === name)!;
      return value === null ? null : value / target_value;
    });
  const health = waves.map((one) => {
    const score = healthOf(one);
    return score === null ? null : score / 100;
  });
  return waveChartSvg({
    title,
    unit: 'value ÷ target; health ÷ 100',
    from: 0.4,
    to: 1.4,
    series: [
      { label: 'health', values: health },
      ...shown.map((name) => ({ label: SHORT[name], values: shares(name) })),
    ],
    below: waves.map((one) => strategyOf(one).split('_')),
  });
}

/** A parameter of every agent over the waves. */
export function parameterChart(
  waves: readonly SimulatedRunWave[],
  parameter: ParameterName,
  range: { from: number; to: number },
): string {
  const agents = Object.keys(waves[0]?.carry.parameters ?? {});
  return waveChartSvg({
    title: `${parameter} by agent`,
    unit: parameter,
    ...range,
    series: agents.map((agent) => ({
      label: agent,
      values: waves.map(({ carry }) => carry.parameters[agent]?.[parameter] ?? null),
    })),
    below: [],
  });
}

function healthOf({ metrics }: SimulatedRunWave): number | null {
  return scoreHealth(metrics).overall_health_score;
}

/** In brackets where it adjusts nothing. */
function strategyOf({ strategy, carry, wave }: SimulatedRunWave): string {
  return carry.rollouts.some((rollout) => rollout.wave === wave) ? strategy : `(${strategy})`;
}
