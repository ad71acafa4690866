/**
 * `npm run histories`: drives the runs of scenarios.ts on a real server and keeps their histories; with names, only
 * those. Prints every file that it writes. Exit code 1 when a run did not become what its scenario is for.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Harness, type RunHandle } from '../workflows/harness.ts';
import { removeOthers, writeHistories, type Recorded } from './history-file.ts';
import { befell, childrenOf, successorOf } from './history-facts.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

/** A moment can be missed on a busy machine. */
const TRIES = 3;
/** A run that has not ended by then waits for something that nobody does. */
const LIMIT_MS = 120_000;

const names = process.argv.slice(2);
const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  console.error(
    `no scenario is named ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
const wanted = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
let bytes = 0;
for (const [index, scenario] of wanted.entries()) {
  console.log(`[${index + 1}/${wanted.length}] ${scenario.name} …`);
  for (const written of writeHistories(scenario.name, await recorded(scenario))) {
    console.log(`  ${written.file}: ${written.events} events, ${written.bytes} bytes`);
    bytes += written.bytes;
  }
}
for (const name of removeOthers(SCENARIOS.map((scenario) => scenario.name))) console.log(`removed ${name}`);
console.log(
  `\n${Math.ceil(bytes / 1000)} kB written. Next: \`npm test -- test/replay/replay.test.ts\`, then commit them.`,
);
process.exit(0);

async function recorded(scenario: Scenario): Promise<Map<string, Recorded>> {
  for (let attempt = 1; ; attempt++) {
    const harness = await Harness.start(scenario.server);
    try {
      const late = wait(LIMIT_MS, null, { ref: false });
      const run = await Promise.race([scenario.drive(harness, scenario.name), late]);
      if (run === null) throw new Error(`${scenario.name}: the run has not ended after ${LIMIT_MS / 1000} s`);
      const histories = await historiesOf(harness, run);
      const seen = new Set([...histories.values()].flatMap(befell));
      const missing = scenario.shows.filter((fact) => !seen.has(fact));
      if (missing.length === 0) return histories;
      const said = `${scenario.name}: the histories do not show ${missing.join(', ')}`;
      if (attempt === TRIES) throw new Error(`${said}; seen: ${[...seen].sort().join(', ')}`);
      console.log(`  ${said}; once more`);
    } finally {
      await harness.stop();
    }
  }
}

/** Every execution of the run and of its waves: `run`, `run.2` where it continued as new, `wave-1`, and so on. */
async function historiesOf(harness: Harness, run: RunHandle): Promise<Map<string, Recorded>> {
  const found = new Map<string, Recorded>();
  const follow = async (name: string, workflowId: string, firstRunId: string) => {
    let runId: string | null = firstRunId;
    for (let count = 1; runId !== null; count++) {
      const history = await harness.client.workflow.getHandle(workflowId, runId).fetchHistory();
      found.set(count === 1 ? name : `${name}.${count}`, history);
      for (const child of childrenOf(history)) {
        const childId = child.workflowId ?? '';
        await follow(childId.slice(childId.lastIndexOf('/') + 1), childId, child.runId ?? '');
      }
      runId = successorOf(history);
    }
  };
  await follow('run', run.workflowId, run.firstExecutionRunId);
  return found;
}
