/** What the benchmark of scheduling says: figures from results, as JSON and as a table for people. */
import Table from 'cli-table3';
import type { InstanceResult } from './measure.ts';

export interface GapSummary {
  mean_gap: number;
  max_gap: number;
}

export interface SchedulingFigures extends GapSummary {
  instances: {
    name: string;
    /** Milliseconds, as is the makespan. */
    lower_bound: number;
    makespan: number;
    /** A share of the lower bound, as are all gaps. */
    gap: number;
    seconds: number;
  }[];
  baselines: Record<string, GapSummary>;
}

export function schedulingFigures(results: readonly InstanceResult[]): SchedulingFigures {
  const names = [...(results[0]?.baselines.keys() ?? [])];
  return {
    instances: results.map(({ name, boundMs, makespanMs, gap, seconds }) => {
      return { name, lower_bound: boundMs, makespan: makespanMs, gap, seconds: Number(seconds.toFixed(3)) };
    }),
    ...summaryOf(results.map(({ gap }) => gap)),
    baselines: Object.fromEntries(
      names.map((name) => [name, summaryOf(results.map(({ baselines }) => baselines.get(name)!))]),
    ),
  };
}

export function schedulingTable(figures: SchedulingFigures): string {
  const style = { head: [], border: [] };
  const instances = new Table({ head: ['instance', 'lower bound', 'makespan', 'gap', 'seconds'], style });
  for (const { name, lower_bound, makespan, gap, seconds } of figures.instances) {
    instances.push([name, lower_bound.toFixed(1), makespan.toFixed(1), percent(gap), seconds.toFixed(2)]);
  }
  const summaries = new Table({ head: ['', 'mean gap', 'largest gap'], style });
  for (const [name, { mean_gap, max_gap }] of [
    ['this solver', figures] as const,
    ...Object.entries(figures.baselines),
  ]) {
    summaries.push([name, percent(mean_gap), percent(max_gap)]);
  }
  return `${instances.toString()}\n${summaries.toString()}`;
}

/** What to do with these figures: a sentence with a command. `flags`: those of this call that the next one needs too. */
export function nextStep(figures: SchedulingFigures, seconds: number, flags: readonly string[]): string {
  const worst = figures.instances.reduce((most, one) => (one.gap > most.gap ? one : most));
  const command = ['npm run -s bench:scheduling --', ...flags, '--only', worst.name, '--seconds', 10 * seconds];
  return `The largest gap is ${percent(worst.gap)} on ${worst.name}; see what more time gives: ${command.join(' ')}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
}

export function summaryOf(gaps: readonly number[]): GapSummary {
  return { mean_gap: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length, max_gap: Math.max(...gaps) };
}
