/**
 * `npm run bench:learning`: what learning is worth on six drawn fleets. Whole runs on the virtual clock, against an oracle
 * that knows the agents' true parameters and against baselines that do not learn.
 */
import { Command, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import type { Size } from './experiment.ts';
import { controlFigures, fleetFigures, learningTable, type LearningFigures } from './figures.ts';
import { FLEET_NAMES, OUTAGE_EVERY, type FleetName } from './fleets.ts';
import { measureFleet } from './measure.ts';
import { BASELINE_NAMES, type PolicyName } from './policies.ts';

interface Options {
  fleet?: FleetName;
  seeds: number;
  seed: number;
  waves: number;
  agents: number;
  tasks: number;
  json: boolean;
}

const COMPARED: readonly PolicyName[] = ['oracle', 'ours', ...BASELINE_NAMES];
/** Beside them: the negative control, and the product with a strategy pinned. */
const ALSO: Readonly<Partial<Record<FleetName, PolicyName>>> = { heterogeneous: 'shuffled', flaky: 'maximize_success' };

const options = new Command('npm run bench:learning --')
  .description('Measures total makespans of whole simulated runs against an oracle, over paired seeds')
  .addOption(new Option('--fleet <name>', 'measure this one fleet').choices(FLEET_NAMES))
  .option('--seeds <n>', 'how many paired seeds', wholeNumber, 16)
  .option('--seed <n>', 'the first of them', wholeNumber, 1)
  .option('--waves <n>', 'per run', wholeNumber, 20)
  .option('--agents <n>', 'of the fleet, two or more', wholeNumber, 16)
  .option('--tasks <n>', 'per wave', wholeNumber, 96)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

try {
  const figures = measure();
  console.log(options.json ? JSON.stringify(figures) : learningTable(figures));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function measure(): LearningFigures {
  const { agents, tasks, waves, fleet: only } = options;
  if (agents < 2) throw new Error(`--agents ${agents}: expected two or more, since the control tells of other agents`);
  const size: Size = { agents, tasks, waves };
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index);
  const figures: LearningFigures = { seeds: seeds.length, waves, agents, tasks, fleets: {}, negative_control: {} };
  for (const name of only === undefined ? FLEET_NAMES : [only]) {
    if (name === 'outage' && waves < OUTAGE_EVERY)
      console.error(`outage: no agent fails before wave ${OUTAGE_EVERY}; with --waves ${waves} it is heterogeneous`);
    const also = ALSO[name];
    const policies = also === undefined ? COMPARED : [...COMPARED, also];
    const runs = measureFleet(name, policies, seeds, size, (policy, seed, { makespanMs, lost }) =>
      console.error(`${name}, seed ${seed}, ${policy}: ${(makespanMs / 1000).toFixed(1)} s, ${lost} lost`),
    );
    figures.fleets[name] = fleetFigures(name, runs);
    if (also === 'shuffled') figures.negative_control[name] = controlFigures(name, runs);
  }
  return figures;
}
