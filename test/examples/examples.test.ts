import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { OutcomeRecord } from '../../domain/model/records.ts';
import { freePort } from '../../workers/embedded-server/port.ts';
import { approveAll } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, finals, rows } from '../workflows/records.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

interface Payload {
  task_id: string;
  payload?: { text: string };
}

describe('the examples', function () {
  this.timeout(60_000);
  let harness: Harness;
  const ends: (() => Promise<unknown>)[] = [];

  before(async () => {
    harness = await Harness.start();
  });
  after(async () => {
    for (const end of ends) await end();
    await harness.stop();
  });

  /** Starts the example's service on a free port, which takes the place of the one that its fleet file names. */
  const startService = async (folder: string) => {
    const port = await freePort();
    const fleet = join(folder, 'phase22/agents.json');
    writeFileSync(fleet, readFileSync(fleet, 'utf8').replaceAll('8477', String(port)));
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ends.push(() => {
      const gone = once(child, 'exit');
      child.kill();
      return gone;
    });
    await once(createInterface({ input: child.stdout }), 'line');
  };

  // The upstream of the closed loop is no dataset.
  for (const example of readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'phase22')))) {
    it(`${example} runs to its end as it stands`, async () => {
      const dataset = example;
      const folder = join(harness.dataRoot, dataset);
      cpSync(join(EXAMPLES, example), folder, { recursive: true });
      if (example === 'http-agent') await startService(folder);
      await harness.serve(dataset);
      const run = await harness.start({ dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' } });
      const { status } = await approveAll(harness.client, run);
      assert.equal(status, 'completed');
      const outcomes = await assertSound(folder);
      const tasks = rows<Payload>(join(folder, 'phase20/predicted_tasks.jsonl'));
      assert.deepEqual(finals(outcomes, 'completed'), tasks.map(({ task_id }) => task_id).sort());
      const words = (row: OutcomeRecord) => (row.output as { words?: number } | undefined)?.words;
      for (const { task_id, payload } of tasks) {
        const outcome = outcomes.find((row) => row.task_id === task_id && row.final);
        if (payload !== undefined) assert.equal(outcome && words(outcome), payload.text.split(' ').length);
      }
    });
  }
});
