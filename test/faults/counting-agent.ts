/** Agents that count what they are asked and what takes effect, for datasets of the campaign. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./counting-agent.sh', import.meta.url));

export interface CountedRequest {
  agent_id: string;
  task_id: string;
  attempt: number;
  key: string;
}

/** Agents whose every effect is counted. */
export interface CountingAgents {
  /** What `agents.json` holds of such an agent beside its id, slots and capabilities. `pace`: percent of the declared time. */
  entry(agentId: string, pace: number): Record<string, unknown>;
  /** Hosts that `agents.json` must allow. */
  hosts: string[];
  /** In the order in which they came. */
  requests(): CountedRequest[];
  /** Idempotency keys that took effect. One that is asked for again takes no second effect: that is what such an agent promises. */
  effects(): string[];
  /** Ends what serves them. */
  stop(): Promise<void>;
}

/** Agents that are programs; they keep their counts below `folder`. */
export async function startCountingPrograms(folder: string): Promise<CountingAgents> {
  const counts = await openCounts(folder);
  return {
    ...readers(counts),
    hosts: [],
    entry: (agentId, pace) => ({
      kind: 'command',
      program: 'sh',
      args: [PROGRAM],
      env: { AGENT: agentId, LOG: counts.log, EFFECTS: counts.effects, PACE: String(pace) },
    }),
    // Each program ends with its task.
    stop: () => Promise.resolve(),
  };
}

/** The same agents behind one HTTP service, which knows a task by its `Idempotency-Key` and outlives whoever calls it. */
export async function startCountingService(folder: string): Promise<CountingAgents> {
  const counts = await openCounts(folder);
  const server = createServer((request, response) => {
    serve(counts, request).then(
      (answer) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer)),
      // Whoever asked died on the way.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...readers(counts),
    hosts: [host],
    entry: (agentId, pace) => ({ kind: 'http', url: `http://${host}/${agentId}/${pace}`, allowPrivate: true }),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Counts {
  log: string;
  effects: string;
}

async function openCounts(folder: string): Promise<Counts> {
  const counts = { log: join(folder, 'requests.log'), effects: join(folder, 'effects') };
  await mkdir(counts.effects, { recursive: true });
  await writeFile(counts.log, '');
  return counts;
}

function readers({ log, effects }: Counts): Pick<CountingAgents, 'requests' | 'effects'> {
  return {
    requests: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [agent_id = '', task_id = '', attempt = '', key = ''] = line.split(' ');
          return { agent_id, task_id, attempt: Number(attempt), key };
        }),
    effects: () => readdirSync(effects).map((name) => name.replaceAll('+', '/')),
  };
}

/** What `counting-agent.sh` does, for a request. */
async function serve({ log, effects }: Counts, request: IncomingMessage): Promise<object> {
  const { task, context } = (await readJson(request)) as {
    task: { task_id: string };
    context: { attempt: number; declared_time_ms: number };
  };
  const key = String(request.headers['idempotency-key']);
  const [, agentId = '', pace = ''] = (request.url ?? '').split('/');
  appendFileSync(log, `${agentId} ${task.task_id} ${context.attempt} ${key}\n`);
  const effect = join(effects, key.replaceAll('/', '+'));
  if (!existsSync(effect)) {
    await wait((context.declared_time_ms * Number(pace)) / 100);
    if (task.task_id.endsWith('7') && context.attempt === 1) {
      return { status: 'failed', error: 'the first attempt of this task fails' };
    }
    await writeFile(effect, '', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return { status: 'completed', confidence: 0.97, output: { key } };
}
