/**
 * A large instance, solved in a process of its own, so that its peak memory is that of this program and this instance.
 * Run as a program it takes a request as JSON in its first argument and prints the figures as one line of JSON.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { solve } from '../../domain/scheduling/solve.ts';
import { longestFirstCompletionTime } from './baselines/one-pass.ts';
import { percent } from './figures.ts';
import { measureLargeWave, type LargeWaveFigures } from './large-wave.ts';
import { oneLaneEach } from './instances/instance.ts';
import { largeInstance } from './instances/large.ts';
import { solveOptions, stopwatch, type Budget } from './measure.ts';
import { checkSolution, gapOf, makespanOf } from './recompute.ts';

export interface LargeRequest {
  tasks: number;
  agents: number;
  budget: Budget;
}

export interface LargeFigures {
  /** Of the solver alone. */
  seconds: number;
  /** Peak of the whole process, Node and the TypeScript loader included; MB of 1024² bytes. */
  rss_mb: number;
  /** A share of the certificate, as is `lpt_gap`. */
  gap: number;
  /** One LPT-MCT pass over the same instance in the same process. */
  lpt_seconds: number;
  lpt_gap: number;
  /** seconds ÷ lpt_seconds: how many plain passes the solver took. */
  ratio: number;
  /** A wave of that size, planned and planned again as the product does it, after all this in the same process. */
  wave: LargeWaveFigures & { rss_mb: number };
}

/** Measures in a fresh process. */
export async function measureLarge(request: LargeRequest): Promise<LargeFigures> {
  const program = fileURLToPath(import.meta.url);
  // As JSON has no Infinity, a limit that does not bind is left out.
  const args = [
    '--import',
    'tsx',
    program,
    JSON.stringify(request, (_, value) => (value === Infinity ? undefined : value)),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LargeFigures;
}

export function largeText(figures: LargeFigures, { tasks, agents }: LargeRequest): string {
  const { seconds, rss_mb, gap, lpt_seconds, lpt_gap, ratio, wave } = figures;
  return [
    `${tasks} tasks × ${agents} agents: gap ${percent(gap)} after ${seconds} s (${ratio} × one LPT pass), peak ${rss_mb} MB`,
    `LPT alone: gap ${percent(lpt_gap)} after ${lpt_seconds} s`,
    `A wave of that size, two slots per agent: planned in ${wave.plan_seconds} s; again in ${wave.replan_seconds} s, moving ${percent(wave.moved)} of its tasks (from nothing in ${wave.fresh_seconds} s)`,
    'See what search gives where tasks are fewer: npm run -s bench:scheduling',
  ].join('\n');
}

function measureHere({ tasks, agents, budget }: LargeRequest): LargeFigures {
  const name = 'large';
  const times = largeInstance(tasks, agents, budget.seed);
  const lanes = oneLaneEach(agents);
  const lptClock = stopwatch();
  const lpt = longestFirstCompletionTime(times, lanes);
  const lptSeconds = lptClock();
  const clock = stopwatch();
  const solution = solve(times, lanes, solveOptions(budget, clock));
  const seconds = clock();
  // Before the check, which needs memory of its own.
  const peakMb = peakRssMb();
  const { gap, boundMs } = checkSolution(name, times, lanes, solution);
  const wave = Object.entries({ ...measureLargeWave(tasks, agents, budget.seed), rss_mb: peakRssMb() });
  return {
    seconds: rounded(seconds, 3),
    rss_mb: rounded(peakMb, 1),
    gap,
    lpt_seconds: rounded(lptSeconds, 3),
    lpt_gap: gapOf('LPT', makespanOf('LPT', times, lanes, lpt), boundMs),
    ratio: rounded(seconds / lptSeconds, 2),
    wave: Object.fromEntries(
      wave.map(([figure, value]) => [figure, rounded(value, 3)]),
    ) as unknown as LargeFigures['wave'],
  };
}

/** maxRSS is in KB. */
function peakRssMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { tasks, agents, budget } = JSON.parse(process.argv[2] ?? '') as LargeRequest;
  const unlimited = { seconds: Infinity, evaluationsMax: Infinity };
  console.log(JSON.stringify(measureHere({ tasks, agents, budget: { ...unlimited, ...budget } })));
}
