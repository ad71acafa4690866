/**
 * `npm run bench:scheduling:docs`: measures anew what docs/scheduling.md says in figures, and writes its tables and the chart
 * docs/images/scheduling-gap.svg. The table of the published instances is written only where their files are given.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { positiveNumber, wholeNumber } from '../option-values.ts';
import { writeSections } from '../docs/sections.ts';
import { generatedTable, largeTable, largeWaveTable, publishedTable, strategiesTable } from './docs-tables.ts';
import { percent } from './figures.ts';
import { gapChartSvg, type GapCurve } from './gap-chart.ts';
import { logarithmicTimes, meanCurve } from './gap-curve.ts';
import { readInstances } from './instances/files.ts';
import type { NamedTimes } from './instances/instance.ts';
import { LARGE_AGENTS, LARGE_TASKS } from './instances/large.ts';
import { measureLarge } from './large.ts';
import { measureInstance, type InstanceResult } from './measure.ts';
import { generatedInstances, PUBLISHED_AGENTS, PUBLISHED_TASKS } from './options.ts';
import { PUBLISHED, publishedMeanGap } from './published.ts';
import { strategyFigures } from './strategies.ts';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
/** Of the chart's time axis; the last time is that of `--seconds`. */
const FIRST_SECONDS = 0.05;
const POINTS = 80;
const STRATEGY_FLEETS = 40;
const CONSISTENCIES = [
  ['u_c_', 'consistent'],
  ['u_i_', 'inconsistent'],
  ['u_s_', 'semi-consistent'],
] as const;

interface Options {
  instances?: string;
  seconds: number;
  seed: number;
}

const options = new Command('npm run bench:scheduling:docs --')
  .description('Writes the tables of docs/scheduling.md and the chart of gaps over time')
  .option('--instances <folder>', 'the published instance files, for the table beside published results')
  .option('--seconds <s>', 'the time limit per instance', positiveNumber, 10)
  .option('--seed <n>', 'of the generator and the solver', wholeNumber, 22)
  .parse()
  .opts<Options>();

const { seed, seconds } = options;
const budget = { seed, seconds, evaluationsMax: Infinity };
/** The columns of the tables, seconds. */
const times = [seconds / 100, seconds / 10, seconds];

const machine = `${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
const files = publishedFiles();
const generated = measureAll(generatedInstances(PUBLISHED_TASKS, PUBLISHED_AGENTS, seed));
const published = measureAll(files);
// As long as for the other tables' middle column.
const request = { tasks: LARGE_TASKS, agents: LARGE_AGENTS, budget: { ...budget, seconds: seconds / 10 } };
const large = await measureLarge(request);

const sections = new Map([
  ['generated', generatedTable(generated, times)],
  ...(published.length === 0 ? [] : [['published', publishedTable(published, times)] as const]),
  ['large', largeTable(request, large)],
  ['large-wave', largeWaveTable(large)],
  ['strategies', strategiesTable(strategyFigures(STRATEGY_FLEETS, seed, true))],
  ['strategies-bare', strategiesTable(strategyFigures(STRATEGY_FLEETS, seed, false))],
  ['machine', `Measured on ${machine}, seed ${seed}.`],
]);
await writeSections(join(DOCS, 'scheduling.md'), sections);
writeFileSync(join(DOCS, 'images/scheduling-gap.svg'), chart());
console.error('docs/scheduling.md and docs/images/scheduling-gap.svg are written; look at them and commit both');

function measureAll(instances: readonly NamedTimes[]): InstanceResult[] {
  return instances.map((instance) => {
    const result = measureInstance(instance, budget);
    console.error(`${instance.name}: gap ${percent(result.gap)} after ${result.seconds.toFixed(2)} s`);
    return result;
  });
}

/** Before anything is measured, so that a wrong folder costs no time. */
function publishedFiles(): NamedTimes[] {
  if (options.instances === undefined) return [];
  try {
    return publishedOnly(readInstances(options.instances));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

function publishedOnly(instances: readonly NamedTimes[]): NamedTimes[] {
  const known = instances.filter(({ name }) => PUBLISHED.has(name));
  if (known.length > 0) return known;
  throw new Error(
    `${options.instances}: none of the published instances, expected ${[...PUBLISHED.keys()].join(', ')}`,
  );
}

/** References are means over the published instances that were solved here; over all twelve where none was. */
function chart(): string {
  const at = logarithmicTimes(FIRST_SECONDS, seconds, POINTS);
  const curves: GapCurve[] = CONSISTENCIES.map(([prefix, label]) => {
    return {
      label: `${label}, generated`,
      points: meanCurve(
        generated.filter(({ name }) => name.startsWith(prefix)),
        at,
      ),
    };
  });
  if (published.length > 0)
    curves.push({ label: `${published.length} published instances`, points: meanCurve(published, at) });
  const names = published.length > 0 ? published.map(({ name }) => name) : [...PUBLISHED.keys()];
  return gapChartSvg({
    title: `Mean gap over time, ${PUBLISHED_TASKS} tasks × ${PUBLISHED_AGENTS} agents`,
    curves,
    references: [
      { label: 'Min-min, published', gap: publishedMeanGap(names, 'minMin') },
      { label: 'CPR in 10 s, published', gap: publishedMeanGap(names, 'cpr') },
      { label: 'MS, best published', gap: publishedMeanGap(names, 'ms') },
    ],
    from: FIRST_SECONDS,
    to: seconds,
  });
}
