/** The tables of docs/scheduling.md, as Markdown. */
import { markdownTable } from '../docs/sections.ts';
import { percent, summaryOf } from './figures.ts';
import { gapAt } from './gap-curve.ts';
import type { LargeFigures, LargeRequest } from './large.ts';
import type { InstanceResult } from './measure.ts';
import { PUBLISHED, type PublishedResult } from './published.ts';
import { gapOf } from './recompute.ts';
import type { NamedPlanFigures, PlanFigures } from './strategies.ts';

const BASELINE_COLUMNS = [
  ['min_min', 'Min-min'],
  ['sufferage', 'Sufferage'],
  ['lpt_mct', 'LPT-MCT'],
  ['mct', 'MCT'],
  ['max_min', 'Max-min'],
  ['olb', 'OLB'],
  ['round_robin', 'Round-robin'],
  ['random', 'Random'],
] as const;

/** Gaps after each of the times (seconds), and those of the baselines. */
export function generatedTable(results: readonly InstanceResult[], times: readonly number[]): string {
  const head = ['Instance', ...times.map((seconds) => `${seconds} s`), ...BASELINE_COLUMNS.map(([, title]) => title)];
  const rows = results.map((result) => [
    ...times.map((seconds) => gapAt(result, seconds)),
    ...BASELINE_COLUMNS.map(([name]) => result.baselines.get(name) ?? NaN),
  ]);
  return markdownTable(head, gapRows(results, rows));
}

/** Gaps to the linear program: ours after each of the times (seconds), and the published ones. Only published instances. */
export function publishedTable(results: readonly InstanceResult[], times: readonly number[]): string {
  const head = ['Instance', 'LP bound', 'Our certificate', ...times.map((seconds) => `${seconds} s`)];
  const known = results.filter(({ name }) => PUBLISHED.has(name));
  const published = (name: string) => PUBLISHED.get(name) as PublishedResult;
  const rows = known.map((result) => {
    const { lp, cpr, ms, minMin } = published(result.name);
    const gap = (makespan: number) => gapOf(result.name, makespan, lp);
    const ours = times.map((seconds) => gap(result.boundMs * (1 + gapAt(result, seconds))));
    return [...ours, gap(cpr), gap(ms), gap(minMin)];
  });
  const bounds = known.map(({ name, boundMs }) => [published(name).lp.toFixed(1), boundMs.toFixed(1)]);
  const body = gapRows(known, rows).map(([name, ...gaps], at) => [name!, ...(bounds[at] ?? ['', '']), ...gaps]);
  return markdownTable([...head, 'CPR, 10 s', 'MS, best known', 'Min-min'], body);
}

export function largeTable({ tasks, agents }: LargeRequest, figures: LargeFigures): string {
  const { seconds, rss_mb, gap, lpt_seconds, lpt_gap, ratio } = figures;
  return markdownTable(
    [`${tasks} × ${agents}`, 'Gap', 'Seconds', '÷ LPT', 'Peak of the process'],
    [
      ['solver', percent(gap), String(seconds), String(ratio), `${rss_mb} MB`],
      ['LPT-MCT', percent(lpt_gap), String(lpt_seconds), '1', ''],
    ],
  );
}

export function largeWaveTable({ wave }: LargeFigures): string {
  const { plan_seconds, replan_seconds, fresh_seconds, moved, end_ratio, rss_mb } = wave;
  return markdownTable(
    ['Seconds, first plan', 'Planned again', 'From nothing', 'Moved', 'End ÷ from nothing', 'Peak of the process'],
    [[plan_seconds, replan_seconds, fresh_seconds, percent(moved), end_ratio, `${rss_mb} MB`].map(String)],
  );
}

/** A row per strategy; the best figure of each column in bold. */
export function strategiesTable(figures: NamedPlanFigures): string {
  const columns: [string, keyof PlanFigures, 'highest' | 'lowest'][] = [
    ['Tasks that complete', 'success', 'highest'],
    ['Tasks a minute', 'throughput', 'highest'],
    ['Load, mean ÷ largest', 'balance', 'highest'],
    ['Repeats per task', 'retries', 'lowest'],
    ['Confidence', 'confidence', 'highest'],
  ];
  const rows = [...figures].map(([name, row]) => [
    `\`${name}\``,
    ...columns.map(([, figure, best]) => {
      const all = [...figures.values()].map((other) => other[figure]);
      const text = figure === 'throughput' ? row[figure].toFixed(1) : row[figure].toFixed(3);
      return row[figure] === (best === 'highest' ? Math.max(...all) : Math.min(...all)) ? `**${text}**` : text;
    }),
  ]);
  return markdownTable(['Strategy', ...columns.map(([title]) => title)], rows);
}

/** A row per instance and then mean and largest; gaps as percentages. */
function gapRows(results: readonly InstanceResult[], rows: readonly (readonly number[])[]): string[][] {
  const summaries = (rows[0] ?? []).map((_, column) => summaryOf(rows.map((row) => row[column]!)));
  return [
    ...results.map(({ name }, at) => [`\`${name}\``, ...rows[at]!.map(cell)]),
    ['mean', ...summaries.map(({ mean_gap }) => cell(mean_gap))],
    ['largest', ...summaries.map(({ max_gap }) => cell(max_gap))],
  ];
}

/** A dash where there was no schedule yet. */
function cell(gap: number): string {
  return Number.isNaN(gap) ? '–' : percent(gap);
}
