/** `npm run bench:live`: one fleet of the learning experiment on a real server with waiting agents, beside the simulator. */
import { Command, Option } from 'commander';
import { wholeNumber } from '../option-values.ts';
import type { FleetName } from './fleets.ts';
import { measureAgreement } from './live-agreement.ts';

interface Options {
  fleet: FleetName;
  seed: number;
  waves: number;
  agents: number;
  tasks: number;
  runs: number;
  json: boolean;
}

/** Fleets that a dataset can carry: agents that are the same in every wave, and fail by chance alone. */
const STEADY_NAMES: readonly FleetName[] = ['homogeneous', 'heterogeneous', 'flaky'];

const options = new Command('npm run bench:live --')
  .description('Runs one fleet of the learning experiment on a server of its own, and simulates the same dataset')
  .addOption(new Option('--fleet <name>', 'of these').choices(STEADY_NAMES).default('heterogeneous'))
  .option('--seed <n>', 'of the fleet', wholeNumber, 1)
  .option('--waves <n>', 'per run', wholeNumber, 4)
  .option('--agents <n>', 'of the fleet', wholeNumber, 6)
  .option('--tasks <n>', 'per wave', wholeNumber, 24)
  .option('--runs <n>', 'simulated ones, two or more', wholeNumber, 16)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

/** A task of the experiment takes some ten seconds; here two. */
const TIME_SCALE = 0.2;

try {
  const { fleet, seed, waves, agents, tasks, runs } = options;
  if (runs < 2) throw new Error(`--runs ${runs}: expected two or more, since an interval needs them`);
  console.error(`${waves} waves of ${tasks} tasks on ${agents} agents that wait: a minute or so …`);
  const figures = await measureAgreement({ fleet, seed, size: { agents, tasks, waves }, timeScale: TIME_SCALE, runs });
  const { live_ms, simulated_ms, interval, inside } = figures;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  console.log(
    options.json
      ? JSON.stringify(figures)
      : `${fleet}: live ${seconds(live_ms)} s, simulated ${seconds(simulated_ms)} s (${seconds(interval[0])}–${seconds(interval[1])}): ${inside ? 'inside' : 'outside'}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
