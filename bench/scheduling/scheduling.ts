/**
 * `npm run bench:scheduling`: how far the solver's schedules are from their own certificates, beside the baselines of the
 * literature, on instances after Braun et al. or on files; `--large` measures one instance of 100,000 tasks on 1,000 agents.
 */
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { positiveNumber, wholeNumber } from '../option-values.ts';
import { nextStep, percent, schedulingFigures, schedulingTable } from './figures.ts';
import { LARGE_AGENTS, LARGE_TASKS } from './instances/large.ts';
import { largeText, measureLarge } from './large.ts';
import { measureInstance, type Budget, type InstanceResult } from './measure.ts';
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
  solutions?: string;
  large: boolean;
  json: boolean;
}

const command = new Command('npm run bench:scheduling --')
  .description('Measures gaps of the schedules found to their certificates, against baselines')
  .option('--instances <folder>', 'solve the instance files of a folder instead of generated instances')
  .option('--only <name>', 'solve this one instance')
  .option('--tasks <n>', `of generated instances (${PUBLISHED_TASKS}; large: ${LARGE_TASKS})`, wholeNumber)
  .option('--agents <n>', `of generated instances (${PUBLISHED_AGENTS}; large: ${LARGE_AGENTS})`, wholeNumber)
  .option('--seed <n>', 'of the generator and the solver', wholeNumber, 22)
  .addOption(new Option('--seconds <s>', 'the time limit per instance').argParser(positiveNumber).default(1))
  .addOption(
    new Option('--evaluations <n>', 'a limit of evaluations instead of time: the same figures each time')
      .argParser(wholeNumber)
      .conflicts('seconds'),
  )
  .option('--gap-enough <share>', 'stop at this gap, such as 0.01', positiveNumber)
  .option('--solutions <file>', 'write agents and prices there, as JSON: what anyone can check the figures with')
  .addOption(
    new Option('--large', 'one large instance in a process of its own')
      .default(false)
      .conflicts(['instances', 'only', 'solutions', 'gapEnough']),
  )
  .option('--json', 'one line of JSON', false)
  .parse();
const options = command.opts<Options>();

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
    const count = `${index + 1} of ${chosen.length}`;
    const result = measureInstance(instance, budget, (seconds, makespanMs) =>
      console.error(
        `${instance.name}: ${seconds.toFixed(0)} s, makespan ${makespanMs.toPrecision(6)} so far (${count})`,
      ),
    );
    console.error(`${instance.name}: gap ${percent(result.gap)} after ${result.seconds.toFixed(2)} s (${count})`);
    return result;
  });
  const figures = schedulingFigures(results);
  if (options.solutions !== undefined) writeFileSync(options.solutions, solutionsJson(results));
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

/** `agent_of` by task, `prices` by agent. */
function solutionsJson(results: readonly InstanceResult[]): string {
  const solutions = results.map(({ name, boundMs, makespanMs, agentOf, prices }) => {
    return { name, lower_bound: boundMs, makespan: makespanMs, prices, agent_of: agentOf };
  });
  return `${JSON.stringify({ solutions })}\n`;
}

/** The flags that make another call solve the same instances. */
function sameInstances(): string[] {
  const { instances, tasks, agents } = options;
  return Object.entries({ instances, tasks, agents, seed }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
}
