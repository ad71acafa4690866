/**
 * `npm run bench:scheduling`: how far the solver's schedules are from their own certificates, beside the baselines of the
 * literature, on instances after Braun et al. or on files; `--large` measures one instance of 100,000 tasks on 1,000 agents.
 */
import { Command } from 'commander';
import { positiveNumber, wholeNumber } from '../option-values.ts';
import { nextStep, percent, schedulingFigures, schedulingTable } from './figures.ts';
import { LARGE_AGENTS, LARGE_TASKS } from './instances/large.ts';
import { largeText, measureLarge } from './large.ts';
import { measureInstance, type Budget } from './measure.ts';
import { chosenInstances, PUBLISHED_AGENTS, PUBLISHED_TASKS } from './options.ts';

interface Options {
  instances?: string;
  only?: string;
  tasks?: number;
  agents?: number;
  seed: number;
  seconds: number;
  evaluations?: number;
  gapEnough?: number;
  large: boolean;
  json: boolean;
}

const options = new Command('npm run bench:scheduling --')
  .description('Measures gaps of the schedules found to their certificates, against baselines')
  .option('--instances <folder>', 'solve the instance files of a folder instead of generated instances')
  .option('--only <name>', 'solve this one instance')
  .option('--tasks <n>', `of generated instances (${PUBLISHED_TASKS}; large: ${LARGE_TASKS})`, wholeNumber)
  .option('--agents <n>', `of generated instances (${PUBLISHED_AGENTS}; large: ${LARGE_AGENTS})`, wholeNumber)
  .option('--seed <n>', 'of the generator and the solver', wholeNumber, 22)
  .option('--seconds <s>', 'the time limit per instance', positiveNumber, 1)
  .option('--evaluations <n>', 'a limit of evaluations instead of time: the same figures each time', wholeNumber)
  .option('--gap-enough <share>', 'stop at this gap, such as 0.01', positiveNumber)
  .option('--large', 'one large instance in a process of its own', false)
  .option('--json', 'one line of JSON', false)
  .parse()
  .opts<Options>();

const { seed, evaluations, gapEnough } = options;
const budget: Budget = {
  seed,
  gapEnough,
  seconds: evaluations === undefined ? options.seconds : Infinity,
  evaluationsMax: evaluations ?? Infinity,
};

try {
  if (options.large) await reportLarge();
  else report();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function report(): void {
  const { tasks = PUBLISHED_TASKS, agents = PUBLISHED_AGENTS } = options;
  const chosen = chosenInstances({ ...options, tasks, agents });
  const results = chosen.map((instance, index) => {
    const result = measureInstance(instance, budget);
    const count = `${index + 1} of ${chosen.length}`;
    console.error(`${instance.name}: gap ${percent(result.gap)} after ${result.seconds.toFixed(2)} s (${count})`);
    return result;
  });
  const figures = schedulingFigures(results);
  if (options.json) console.log(JSON.stringify(figures));
  else console.log(`${schedulingTable(figures)}\n${nextStep(figures, options.seconds, sameInstances())}`);
}

async function reportLarge(): Promise<void> {
  const { tasks = LARGE_TASKS, agents = LARGE_AGENTS } = options;
  const request = { tasks, agents, budget };
  console.error(`${tasks} tasks × ${agents} agents, seed ${seed}, in a process of its own`);
  const figures = await measureLarge(request);
  console.log(options.json ? JSON.stringify(figures) : largeText(figures, request));
}

/** The flags that make another call solve the same instances. */
function sameInstances(): string[] {
  const { instances, tasks, agents } = options;
  return Object.entries({ instances, tasks, agents, seed }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}
