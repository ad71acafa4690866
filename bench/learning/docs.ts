/**
 * `npm run bench:learning:docs`: writes the tables and pictures of docs/learning.md from what the benchmarks of learning, of
 * ablations and of forecasts printed with `--json`, and from runs of a generated dataset that it simulates itself.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { wholeNumber } from '../option-values.ts';
import { writeSections } from '../docs/sections.ts';
import { demoWaves } from './demo-waves.ts';
import {
  controlText,
  coverageTable,
  estimatesTable,
  healthChart,
  lostTable,
  parameterChart,
  pinnedText,
  ratiosTable,
  seedsText,
  wavesTable,
} from './docs-tables.ts';
import type { CoverageFigures } from './forecast-coverage.ts';
import type { LearningFigures } from './figures.ts';
import type { Estimated } from './paired.ts';

interface Options {
  learning: string[];
  ablations: string[];
  forecasts: string[];
  seed: number;
}

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const DEMO_SEEDS = 40;
/** From this wave on nothing but chance should make a wave miss its targets. */
const SETTLED_WAVE = 3;

const options = new Command('npm run bench:learning:docs --')
  .description('Writes the tables and pictures of docs/learning.md; what no file is given for stays as it is')
  .option('--learning <files...>', 'what `bench:learning -- --json` printed, of one fleet or several', [])
  .option('--ablations <files...>', 'what `bench:ablations -- --json` printed', [])
  .option('--forecasts <files...>', 'what `bench:forecasts -- --json` printed', [])
  .option('--seed <n>', 'of the generated dataset that is shown wave by wave', wholeNumber, 22)
  .parse()
  .opts<Options>();

try {
  const sections = new Map([
    ...learningSections(options.learning.map((path) => read<LearningFigures>(path, 'learning', 'negative_control'))),
    ...ablationSections(options.ablations.map((path) => read<Ablations>(path, 'ablations', 'ablations'))),
    ...forecastSections(options.forecasts.map((path) => read<Forecasts>(path, 'forecasts', 'from_wave'))),
    ...(await demoSections(options.seed)),
  ]);
  await writeSections(join(DOCS, 'learning.md'), sections);
  console.error('docs/learning.md and docs/images/learning-*.svg are written; look at them and commit them');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

type Ablations = Record<'ablations' | 'mismatched', Record<string, Record<string, Estimated>>> & Sizes;
type Forecasts = { fleets: Record<string, CoverageFigures>; from_wave: number; max_attempts: number } & Sizes;

interface Sizes {
  seeds: number;
  waves: number;
  agents: number;
  tasks: number;
}

/** `part`: what only the right benchmark prints. */
function read<Printed extends object>(path: string, benchmark: string, part: keyof Printed & string): Printed {
  const expected = `expected the line that \`npm run -s bench:${benchmark} -- --json\` prints`;
  try {
    const printed = JSON.parse(readFileSync(path, 'utf8')) as Partial<Printed> | null;
    if (printed?.[part] !== undefined) return printed as Printed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${path}: ${reason}; ${expected}`, { cause: error });
  }
  throw new Error(`${path}: it has no "${part}"; ${expected}`);
}

function learningSections(printed: readonly LearningFigures[]): [string, string][] {
  if (printed.length === 0) return [];
  const fleets = printed.flatMap((one) => Object.entries(one.fleets));
  const controls = printed.flatMap((one) => Object.entries(one.negative_control));
  return [
    ['ratios', `${sizeText(printed)}\n\n${ratiosTable(fleets)}`],
    ['lost', [lostTable(fleets), pinnedText(fleets)].filter(Boolean).join('\n\n')],
    ['control', controlText(controls)],
  ];
}

function ablationSections(printed: readonly Ablations[]): [string, string][] {
  if (printed.length === 0) return [];
  const of = (kind: 'ablations' | 'mismatched') => printed.flatMap((one) => Object.entries(one[kind]));
  const section = (kind: 'ablations' | 'mismatched'): [string, string][] =>
    of(kind).length === 0 ? [] : [[kind, `${sizeText(printed)}\n\n${estimatesTable('Fleet', of(kind))}`]];
  return [...section('ablations'), ...section('mismatched')];
}

/** Runs with one attempt per task have a table of their own. */
function forecastSections(printed: readonly Forecasts[]): [string, string][] {
  const tables: [string, Forecasts[]][] = [
    ['forecasts', printed.filter(({ max_attempts }) => max_attempts > 1)],
    ['forecasts-one-attempt', printed.filter(({ max_attempts }) => max_attempts === 1)],
  ];
  return tables.flatMap(([name, all]) => {
    if (all.length === 0) return [];
    const text = `${sizeText(all)} Waves from ${all[0]!.from_wave} on count.`;
    return [[name, `${text}\n\n${coverageTable(all.flatMap(({ fleets }) => Object.entries(fleets)))}`]];
  });
}

/** All files must be of the same size of experiment. */
function sizeText(printed: readonly Sizes[]): string {
  const texts = new Set(
    printed.map(({ seeds, waves, agents, tasks }) => {
      return `${seeds} paired seed${seeds === 1 ? '' : 's'}, ${waves} waves of ${tasks} tasks on ${agents} agents.`;
    }),
  );
  if (texts.size > 1) throw new Error(`files of different experiments: ${[...texts].join(' and ')}`);
  return [...texts][0]!;
}

async function demoSections(seed: number): Promise<[string, string][]> {
  const waves = await demoWaves(seed);
  const image = (name: string, svg: string) => writeFileSync(join(DOCS, `images/${name}.svg`), svg);
  image('learning-health', healthChart(waves, `A generated dataset, seed ${seed}: health and metrics over the waves`));
  image('learning-speed', parameterChart(waves, 'speed_multiplier', { from: 0.8, to: 1.3 }));
  image('learning-in-flight', parameterChart(waves, 'max_parallel_tasks', { from: 0, to: 5 }));
  image('learning-retries', parameterChart(waves, 'retry_threshold', { from: 0, to: 5 }));
  image('learning-confidence', parameterChart(waves, 'confidence_weight', { from: 0.7, to: 1.2 }));
  const runs = [];
  for (let one = 1; one <= DEMO_SEEDS; one++) {
    console.error(`eight waves of seed ${one} of ${DEMO_SEEDS} …`);
    runs.push({ seed: one, waves: await demoWaves(one) });
  }
  return [
    ['demo-waves', wavesTable(waves)],
    ['demo-seeds', seedsText(runs, SETTLED_WAVE)],
  ];
}
