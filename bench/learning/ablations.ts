/**
 * `npm run bench:ablations`: what each part of the learner is worth on each fleet: the makespan without it ÷ the whole
 * product's, seed by seed; and the product against the oracle on fleets that vary otherwise than its model says.
 */
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import type { Size } from './experiment.ts';
import { ratioText } from './figures.ts';
import { FLEET_NAMES, MISMATCHED_NAMES, type DrawnName } from './fleets.ts';
import { measureFleet } from './measure.ts';
import { meanRatio, type Estimated } from './paired.ts';
import { ABLATION_NAMES, type PolicyName } from './policies.ts';

interface Options {
  fleet?: DrawnName;
  seeds: number;
  seed: number;
  waves: number;
  agents: number;
  tasks: number;
  json: boolean;
}

const options = new Command('npm run bench:ablations --')
  .description('Measures total makespans of simulated runs without parts of the learner')
  .addOption(
    new Option('--fleet <name>', 'measure this one fleet, mismatched or not').choices([
      ...FLEET_NAMES,
      ...MISMATCHED_NAMES,
    ]),
  )
  .option('--seeds <n>', 'how many paired seeds', wholeNumber, 4)
  .option('--seed <n>', 'the first of them', wholeNumber, 1)
  .option('--waves <n>', 'per run', wholeNumber, 20)
  .option('--agents <n>', 'of the fleet', wholeNumber, 16)
  .option('--tasks <n>', 'per wave', wholeNumber, 96)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

const size: Size = { agents: options.agents, tasks: options.tasks, waves: options.waves };
const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index);

/** Ratios of total makespans to the whole product's, by fleet and part left out; mismatched: of the product to the oracle. */
const wanted = (name: DrawnName) => options.fleet === undefined || name === options.fleet;
const ablations = Object.fromEntries(
  FLEET_NAMES.filter(wanted).map((name) => [name, ratiosOf(name, ABLATION_NAMES, 'ours')]),
);
const mismatched = Object.fromEntries(
  MISMATCHED_NAMES.filter(wanted).map((name) => [name, ratiosOf(name, ['ours', 'static'], 'oracle')]),
);
if (options.json) console.log(JSON.stringify({ seeds: seeds.length, ...size, ablations, mismatched }));
else {
  if (Object.keys(ablations).length > 0) console.log(ratioTable('without', ablations));
  if (Object.keys(mismatched).length > 0) console.log(ratioTable('÷ oracle', mismatched));
}

function ratiosOf(
  name: Parameters<typeof measureFleet>[0],
  policies: readonly PolicyName[],
  reference: PolicyName,
): Record<string, Estimated> {
  const runs = measureFleet(name, [reference, ...policies], seeds, size, (policy, seed, { makespanMs }) =>
    console.error(`${name}, seed ${seed}, ${policy}: ${(makespanMs / 1000).toFixed(1)} s`),
  );
  const makespans = (policy: PolicyName) => (runs[policy] ?? []).map(({ makespanMs }) => makespanMs);
  return Object.fromEntries(policies.map((policy) => [policy, meanRatio(makespans(policy), makespans(reference))]));
}

function ratioTable(corner: string, rows: Record<string, Record<string, Estimated>>): string {
  const columns = Object.keys(Object.values(rows)[0] ?? {});
  const table = new Table({ head: [corner, ...columns], style: { head: [], border: [] } });
  for (const [name, ratios] of Object.entries(rows)) {
    table.push([name, ...columns.map((column) => ratioText(ratios[column]!.mean, ratios[column]!.ci))]);
  }
  return table.toString();
}
