import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../workflows/follow-run.ts';
import { Harness } from '../workflows/harness.ts';
import { assertSound, finals, rows } from '../workflows/records.ts';
import { readCounts, startCountingAgent, type CountingAgent } from './counting-http-agent.ts';
import { writeSmallDataset } from './small-dataset.ts';

const TASKS = 40;
const WORK_MS = 150;

/** Does the work of a key once: it takes its time, then adds the key to a file unless it stands there. */
const COUNTING = `
  import { appendFileSync, existsSync, readFileSync } from 'node:fs';
  import { fileURLToPath } from 'node:url';
  const file = fileURLToPath(new URL('./effects.txt', import.meta.url));
  const done = (key) => existsSync(file) && readFileSync(file, 'utf8').split('\\n').includes(key);
  export async function execute(task, context) {
    await new Promise((resolve) => setTimeout(resolve, ${WORK_MS}));
    if (!done(context.idempotency_key)) appendFileSync(file, context.idempotency_key + '\\n');
    return { status: 'completed', output: { task_id: task.task_id } };
  }`;
const PROGRAM = `
  import { readFileSync } from 'node:fs';
  import { execute } from './counting.mjs';
  const { task, context } = JSON.parse(readFileSync(0, 'utf8'));
  console.log(JSON.stringify(await execute(task, context)));`;

/** How often each key took effect, as its file says. */
function effectsIn(folder: string): Record<string, number> {
  const path = join(folder, 'effects.txt');
  const effects: Record<string, number> = {};
  const keys = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  for (const key of keys.filter((one) => one !== '')) effects[key] = (effects[key] ?? 0) + 1;
  return effects;
}

/** Attempts that agents have on disk. */
function attemptsIn(folder: string): number {
  const place = join(folder, 'phase22/runs');
  if (!existsSync(place)) return 0;
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((path) => /[/]segments[/][^/]+[.]jsonl$/.test(path))
    .reduce((sum, path) => sum + rows(join(place, path)).length, 0);
}

interface Kind {
  fleet: object;
  /** How often each key took effect; null where nothing counts them. */
  effects: (() => Record<string, number>) | null;
}

describe('agents of every kind', function () {
  this.timeout(120_000);
  let harness: Harness;
  const services: CountingAgent[] = [];
  const journeys = new Map<string, Promise<void>>();

  const kinds: Record<string, (folder: string) => Kind | Promise<Kind>> = {
    command: (folder) => ({
      fleet: { agents: [{ agent_id: 'a', kind: 'command', program: 'node', args: ['program.mjs'] }] },
      effects: () => effectsIn(folder),
    }),
    module: (folder) => ({
      fleet: { agents: [{ agent_id: 'a', kind: 'module', path: 'counting.mjs' }] },
      effects: () => effectsIn(folder),
    }),
    http: async (folder) => {
      const file = `${folder}-counts.jsonl`;
      const service = await startCountingAgent({ file, latencyMs: WORK_MS, failureRate: 0.1 });
      services.push(service);
      return {
        fleet: {
          allowedHosts: [new URL(service.url).host],
          agents: [{ agent_id: 'a', kind: 'http', url: service.url, allowPrivate: true }],
        },
        effects: () => Object.fromEntries([...readCounts(file)].map(([key, { effects }]) => [key, effects])),
      };
    },
    simulated: () => ({ fleet: { agents: [{ agent_id: 'a', kind: 'simulated' }] }, effects: null }),
  };

  /** A live run whose only agent is asked to end in the middle of a chunk, started again, killed, and started again. */
  const journey = async (dataset: string, setUp: (folder: string) => Kind | Promise<Kind>) => {
    const folder = join(harness.dataRoot, dataset);
    mkdirSync(folder, { recursive: true });
    const { fleet, effects } = await setUp(folder);
    const files = { 'counting.mjs': COUNTING, 'program.mjs': PROGRAM };
    const ids = writeSmallDataset(folder, { tasks: TASKS, predictedMs: WORK_MS, fleet, files });
    const serve = () => harness.process(['agents', '--dataset', dataset, '--agent', 'a'], /agents ready/);
    const more = (attempts: number) =>
      until(`${attempts} attempts`, () => Promise.resolve(attemptsIn(folder) >= attempts), 60_000);

    const asked = await serve();
    const limits = { taskTimeout: '60s', maxAttempts: 20 };
    const input = { dataset, tasksPerWave: TASKS, dryRun: false, limits, waveGate: { onUnhealthy: 'continue' } };
    const run = await harness.start(input, `run-${dataset}`);
    await more(3);
    await asked.kill('SIGTERM');
    const before = attemptsIn(folder);
    assert.ok(before < TASKS, 'nothing was left to do');
    const killed = await serve();
    await more(before + 2);
    await killed.kill('SIGKILL');
    assert.ok(attemptsIn(folder) < TASKS, 'nothing was left to do');
    await serve();
    assert.equal((await run.result()).status, 'completed');

    assert.deepEqual(finals(await assertSound(folder), 'completed'), ids);
    const once = Object.fromEntries(ids.map((id) => [`${dataset}/${id}/1`, 1]));
    if (effects !== null) assert.deepEqual(effects(), once);
  };

  before(async () => {
    harness = await Harness.start({ timeouts: { unreachableMs: 4_000, heartbeatMs: 3_000 } });
    // Side by side: they mostly wait.
    for (const [kind, setUp] of Object.entries(kinds)) {
      const under = journey(kind, setUp);
      under.catch(() => undefined);
      journeys.set(kind, under);
    }
  });
  after(async () => {
    await harness.stop();
    await Promise.all(services.map((service) => service.close()));
  });

  for (const kind of Object.keys(kinds)) {
    it(`${kind}: asked to end, then killed in the middle, it loses nothing and does nothing twice`, () =>
      journeys.get(kind));
  }
});
