/**
 * `npm run bench:control`: how soon a pause takes effect and how soon an approval lets tasks start, against what a bare
 * activity costs on the same server in the same minutes. Server, orchestrator and the ten agents are a process each; the
 * bare activities are served by this one, which sends the messages.
 */
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../option-values.ts';
import { Harness } from '../../test/workflows/harness.ts';
import { embeddedServerSettings } from '../../workers/embedded-server/settings.ts';
import { serveBareCalls } from './bare.ts';
import { writeControlDataset } from './dataset.ts';
import { controlFigures, figuresJson, figuresTable, type ControlSamples } from './figures.ts';
import { measureGates } from './gates.ts';
import { measurePauses } from './pauses.ts';

const AGENTS = 10;
/** A wave that is paused more often would come to the length at which it continues as new. */
const PAUSES_PER_RUN = 8;
const RISKS = ['MEDIUM', 'HIGH', 'UNKNOWN'] as const;

interface Options {
  pauses: number;
  waves: number;
  calls: number;
  seed: number;
  json: boolean;
}

const options = new Command('npm run bench:control --')
  .description('Measures pause and approval on an embedded server, against bare activities')
  .option('--pauses <n>', 'so many pauses', wholeNumber, 16)
  .option('--waves <n>', `so many waves of ${RISKS.length} approvals each`, wholeNumber, 10)
  .option('--calls <n>', 'so many bare activities, three times', wholeNumber, 100)
  .option('--seed <n>', "of the tasks' lengths and the moments of the pauses", wholeNumber, 22)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

const tell = (words: string) => console.error(words);
const figures = controlFigures(await measure());
console.log(options.json ? JSON.stringify(figuresJson(figures)) : figuresTable(figures));

async function measure(): Promise<ControlSamples> {
  const { seed, calls } = options;
  tell(
    `seed ${seed}; ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  tell(`embedded server: ${JSON.stringify(embeddedServerSettings)}`);
  // Files on a disk, as those of real runs are.
  const harness = await Harness.start({ orchestrator: false, parent: tmpdir() });
  try {
    await serve(harness);
    const bare = await serveBareCalls(harness.client, harness.environment().TEMPORAL_ADDRESS ?? '');
    try {
      const bareMs = await bare.measure(calls);
      const pauses = await pauseAll(harness);
      bareMs.push(...(await bare.measure(calls)));
      const { waves } = options;
      const progress = (words: string) => tell(`gate: ${words}`);
      const gates = await measureGates(harness, { dataset: 'gates', waves, requests: RISKS.length, progress });
      bareMs.push(...(await bare.measure(calls)));
      return { seed, agents: AGENTS, bareMs, pauses, gates };
    } finally {
      await bare.stop();
    }
  } finally {
    await harness.stop();
  }
}

/** Writes the datasets, and starts an orchestrator and the agents of both. */
async function serve(harness: Harness): Promise<void> {
  const { seed, pauses, waves } = options;
  const shared = { agents: AGENTS, seed };
  // Two tasks at a time on each agent: some fifty end in a second, and a pause comes every second or so.
  writeControlDataset(join(harness.dataRoot, 'pauses'), {
    ...shared,
    waves: 1,
    tasks: 100 + 100 * pauses,
    risks: ['LOW'],
    lengthMs: [100, 700],
  });
  writeControlDataset(join(harness.dataRoot, 'gates'), {
    ...shared,
    waves,
    tasks: 2 * AGENTS,
    risks: RISKS,
    lengthMs: [30, 100],
  });
  const names = Array.from({ length: AGENTS }, (_, index) => `agent_${index}`);
  await Promise.all([
    harness.process(['orchestrator'], /orchestrator ready/),
    ...['pauses', 'gates'].map((dataset) =>
      harness.process(['agents', '--dataset', dataset, '--agent', ...names], /agents ready/),
    ),
  ]);
}

async function pauseAll(harness: Harness): Promise<ControlSamples['pauses']> {
  const samples: ControlSamples['pauses'] = [];
  while (samples.length < options.pauses) {
    const pauses = Math.min(PAUSES_PER_RUN, options.pauses - samples.length);
    samples.push(...(await measurePauses(harness, { dataset: 'pauses', pauses, seed: options.seed, progress: tell })));
  }
  return samples;
}
