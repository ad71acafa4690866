/** `npm run simulate`: a campaign of seeds, or one case told step by step. Exits with 1 when a promise did not hold. */
import { CommanderError } from 'commander';
import { runCampaign } from './campaign.ts';
import type { Case } from './case.ts';
import { flagsOf, wholeCase } from './case.ts';
import { parseOptions } from './options.ts';
import type { Violation } from './run-case.ts';
import { checkedCase } from './tally.ts';
import type { Tally } from './tally.ts';
import { shrink } from './shrink.ts';
import { traceCase } from './trace.ts';

/** Between two lines of progress. */
const PROGRESS_MS = 5_000;
/** Kinds of violations that are made small; more of them seldom have another cause. */
const SHRUNK_MAX = 3;

/** Makes a seed's violation small, and says how to see it again. */
function repeatCommand(violation: Violation): string {
  const shows = (one: Case) => checkedCase(one).violations.some(({ kind }) => kind === violation.kind);
  return `npm run -s simulate -- ${flagsOf(shrink(wholeCase(violation.seed), shows))}`;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.what === 'case') return tell(options.one);
  const { from, seeds, json } = options;
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let toldAt = 0;
  const tally = await runCampaign({
    from,
    seeds,
    progress: ({ seeds: done, violations }) => {
      if (json || (done < seeds && performance.now() - toldAt < PROGRESS_MS)) return;
      toldAt = performance.now();
      const rate = done / elapsed();
      const left = Math.ceil((seeds - done) / rate);
      const wrong = violations === 0 ? '' : `, ${violations} violations`;
      console.error(`${done} of ${seeds} seeds, ${rate.toFixed(0)} a second, ${left} s left${wrong}`);
    },
  });
  if (tally.violations > 0) process.exitCode = 1;
  if (json) {
    const { tasks, attempts, faults, violations } = tally;
    console.log(JSON.stringify({ seeds, tasks, attempts, faults, violations, seconds: Number(elapsed().toFixed(1)) }));
  } else summarise(tally, elapsed());
  for (const line of failures(tally)) (json ? console.error : console.log)(line);
  if (!json) console.log(next(tally, from + seeds));
}

function summarise({ seeds, tasks, attempts, faults, effects, violations }: Tally, seconds: number): void {
  console.log(`${seeds} waves, ${tasks} tasks, ${attempts} attempts in ${seconds.toFixed(1)} s`);
  console.log(`faults that came to pass: ${counts(faults)}`);
  console.log(`what they did: ${counts(effects)}`);
  console.log(`violations: ${violations}`);
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** The first violation of each kind, with the command that repeats it. */
function failures({ shown }: Tally): string[] {
  const first = new Map<string, Violation>();
  for (const violation of shown) if (!first.has(violation.kind)) first.set(violation.kind, violation);
  return [...first.values()].slice(0, SHRUNK_MAX).flatMap((violation) => {
    const { seed, at_ms, words } = violation;
    return [`seed ${seed}, after ${at_ms} ms: ${words}`, `  again: ${repeatCommand(violation)}`];
  });
}

function next({ violations }: Tally, seed: number): string {
  if (violations === 0) return `All promises held. Next: \`npm run simulate -- --from ${seed}\` tries other seeds.`;
  return 'Next: the commands above tell each failing case step by step.';
}

function tell(one: Case): void {
  const { violations } = traceCase(one, (line) => console.log(line));
  for (const { at_ms, words } of violations) console.log(`violation after ${at_ms} ms: ${words}`);
  if (violations.length > 0) process.exitCode = 1;
  console.log(violations.length > 0 ? `violations: ${violations.length}` : 'All promises held.');
}

try {
  await main();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
