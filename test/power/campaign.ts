/**
 * `npm run test:power`: makes every bug of all-bugs.ts, one at a time, in a copy of the project, and expects its tests to
 * fail. `--bug <name>` tries one; `--json` prints one line at the end. Exit code 1 when a bug is missed.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { TreeCopy } from '../tree-copy.ts';
import { BUGS } from './all-bugs.ts';
import { copyForBugs, runTests, tryBug } from './bench.ts';
import type { Bug } from './bug.ts';

const { values } = parseArgs({ options: { bug: { type: 'string' }, json: { type: 'boolean', default: false } } });
const bugs = BUGS.filter(({ name }) => values.bug === undefined || name === values.bug);
if (bugs.length === 0) {
  console.error(`no bug is named ${values.bug}; there are ${BUGS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const say = (sentence: string) => (values.json ? console.error(sentence) : console.log(sentence));
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

const from = performance.now();
const copies = Array.from({ length: Math.min(2, cpus().length, bugs.length) }, copyForBugs);
process.on('exit', () => copies.forEach((copy) => copy.remove()));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const durations = new Map<string, number>();
const files = [...new Set(bugs.flatMap(({ caughtBy }) => caughtBy))];
say(`${bugs.length} bugs, ${files.length} test files; first the tests without a bug`);
await sideBySide(files, async (copy, file) => {
  const { ending, ms, tail } = await runTests(copy.root, [file]);
  if (ending !== 'passed') throw new Error(`${file} does not pass without a bug:\n${tail}`);
  durations.set(file, ms);
});
const missed: string[] = [];
let tried = 0;
await sideBySide(bugs, async (copy, bug) => {
  const fastestFirst = [...bug.caughtBy].sort((a, b) => (durations.get(a) ?? 0) - (durations.get(b) ?? 0));
  const { ending, ms, tail } = await tryBug(copy, { ...bug, caughtBy: fastestFirst });
  tried += 1;
  say(`[${tried}/${bugs.length}] ${bug.name}: ${verdictOn(bug, ending)} (${seconds(ms)})`);
  if (ending === 'failed') return;
  missed.push(bug.name);
  if (ending === 'broken') say(tail);
});
const caught = bugs.length - missed.length;
const elapsed = Math.round((performance.now() - from) / 1000);
say(
  `${caught} of ${bugs.length} bugs were caught in ${elapsed} s${missed.length > 0 ? '; write the tests that are missing' : ''}`,
);
if (values.json) console.log(JSON.stringify({ bugs: bugs.length, caught, missed: missed.sort(), seconds: elapsed }));
process.exitCode = missed.length > 0 ? 1 : 0;

function verdictOn(bug: Bug, ending: 'passed' | 'failed' | 'broken'): string {
  if (ending === 'failed') return 'caught';
  if (ending === 'passed') return `MISSED: ${bug.breaks}, and ${bug.caughtBy.join(', ')} passed`;
  return 'MISSED: its tests did not load, or did not end in time';
}

/** Works through the items, one at a time in each copy. */
async function sideBySide<T>(items: readonly T[], work: (copy: TreeCopy, item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    copies.map(async (copy) => {
      for (const item of rest) await work(copy, item);
    }),
  );
}
