/**
 * `npm run bench:forecasts`: are forecasts calibrated? Simulated runs on drawn fleets, each wave forecast from what was
 * learned before it, then run with the agents' true natures; the share of waves inside the 80 % and 95 % intervals.
 */
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import { coverageCells, coverageOf, SHOWN_QUANTITIES, type CoverageFigures } from './forecast-coverage.ts';
import { FLEET_NAMES, type FleetName } from './fleets.ts';

interface Options {
  fleet?: FleetName;
  seeds: number;
  seed: number;
  waves: number;
  agents: number;
  tasks: number;
  from: number;
  maxAttempts: number;
  json: boolean;
}

const options = new Command('npm run bench:forecasts --')
  .description('Counts how often what really happened lies inside the forecast, over whole simulated runs')
  .addOption(new Option('--fleet <name>', 'measure this one fleet').choices(FLEET_NAMES))
  .option('--seeds <n>', 'how many runs per fleet', wholeNumber, 4)
  .option('--seed <n>', 'the first of them', wholeNumber, 1)
  .option('--waves <n>', 'per run', wholeNumber, 10)
  .option('--agents <n>', 'of the fleet', wholeNumber, 8)
  .option('--tasks <n>', 'per wave', wholeNumber, 48)
  .option('--from <wave>', 'the first wave that counts', wholeNumber, 3)
  .option('--max-attempts <n>', 'at a task, over all agents', wholeNumber, 6)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

try {
  const fleets = measure();
  const { seeds, waves, agents, tasks, from, maxAttempts } = options;
  const size = { seeds, waves, agents, tasks, from_wave: from, max_attempts: maxAttempts };
  console.log(options.json ? JSON.stringify({ ...size, fleets }) : coverageTable(fleets));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function measure(): Partial<Record<FleetName, CoverageFigures>> {
  const { fleet: only, agents, tasks, waves, from, maxAttempts } = options;
  if (from > waves) throw new Error(`--from ${from}: expected a wave of the run, which has ${waves}`);
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.seed + index);
  const fleets: Partial<Record<FleetName, CoverageFigures>> = {};
  for (const name of only === undefined ? FLEET_NAMES : [only]) {
    fleets[name] = coverageOf(
      name,
      seeds,
      { size: { agents, tasks, waves }, fromWave: from, maxAttempts },
      (seed, run) =>
        console.error(
          `${name}, seed ${seed}: makespan inside 80 % in ${run.filter((one) => one.makespan_ms?.inside_80).length} of the ${run.length} waves from ${from} on`,
        ),
    );
  }
  return fleets;
}

function coverageTable(fleets: Partial<Record<FleetName, CoverageFigures>>): string {
  const table = new Table({ head: ['fleet', 'waves', ...SHOWN_QUANTITIES], style: { head: [], border: [] } });
  for (const [name, figures] of Object.entries(fleets)) table.push([name, figures.waves, ...coverageCells(figures)]);
  return table.toString();
}
