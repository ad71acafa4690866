/**
 * An HTTP agent that counts: a real server whose effects outlive it, so that tests can see what was done, and how often.
 *
 * In a test:
 *
 *     const agent = await startCountingAgent({ file, latencyMs: 20, failureRate: 0.1 });
 *     …                        // agent.url goes into agents.json, its host into allowedHosts, "allowPrivate": true
 *     readCounts(file);        // Map { 'dataset/task/1' → { requests: 2, effects: 1 } }
 *     await agent.close();
 *
 * As a process of its own, which may be killed and started again on the same file and port:
 *
 *     node --import tsx test/agents/counting-http-agent.ts --file counts.jsonl [--port 8477] [--latency 20]
 *       [--failure-rate 0.1] [--seed 22]          prints "counting agent ready: http://127.0.0.1:8477/"
 *
 * A request without the header `Idempotency-Key` gets status 400. A key takes effect once: its first effect is a line of
 * the file, written before it is answered, and every later request gets that line's answer. Of the failures one half comes
 * before the effect (status 500), the other half after it (the connection is cut without an answer).
 */
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../domain/model/random.ts';

export interface CountingAgentOptions {
  /** Effects and requests are appended here, one line each. */
  file: string;
  /** Default: a free one. */
  port?: number;
  /** How long each effect takes; default 0. */
  latencyMs?: number;
  /** Share of requests that fail, 0–1; default 0. */
  failureRate?: number;
  /** Of the failures; default 22. */
  seed?: number;
}

export interface CountingAgent {
  url: string;
  /** Cuts every connection. */
  close(): Promise<void>;
}

export interface KeyCounts {
  requests: number;
  effects: number;
}

type Line = { kind: 'request'; key: string } | { kind: 'effect'; key: string; answer: unknown };

export async function startCountingAgent(options: CountingAgentOptions): Promise<CountingAgent> {
  const agent = new CountingServer(options);
  const server = createServer((request, response) => void agent.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      agent.close();
    },
  };
}

/** What the file says of each key; also while a server writes it. */
export function readCounts(file: string): Map<string, KeyCounts> {
  const counts = new Map<string, KeyCounts>();
  for (const { key, kind } of readLines(file)) {
    const count = counts.get(key) ?? { requests: 0, effects: 0 };
    if (kind === 'request') count.requests += 1;
    else count.effects += 1;
    counts.set(key, count);
  }
  return counts;
}

/** Whole lines; one that a kill tore is none. */
function readLines(file: string): Line[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [JSON.parse(text) as Line];
      } catch {
        return [];
      }
    });
}

class CountingServer {
  private readonly options: CountingAgentOptions;
  private readonly log: number;
  private closed = false;
  /** By key: the answer of its effect, also while the effect is under way. */
  private readonly answers = new Map<string, Promise<unknown>>();
  private readonly random: () => number;

  constructor(options: CountingAgentOptions) {
    this.options = options;
    for (const line of readLines(options.file)) {
      if (line.kind === 'effect') this.answers.set(line.key, Promise.resolve(line.answer));
    }
    this.log = openSync(options.file, 'a');
    // Ends a line that a kill tore.
    writeSync(this.log, '\n');
    this.random = seededRandom(options.seed ?? 22);
  }

  close(): void {
    this.closed = true;
    closeSync(this.log);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const key = request.headers['idempotency-key'];
      const { task } = (await readJson(request)) as { task: { task_id: string } };
      if (typeof key !== 'string') return this.reply(response, 400, { error: 'the header Idempotency-Key is missing' });
      this.append({ kind: 'request', key });
      const draw = this.random();
      const rate = this.options.failureRate ?? 0;
      if (draw < rate / 2) return this.reply(response, 500, { error: 'failed before the effect' });
      const answer = await this.effectOnce(key, task.task_id);
      if (draw < rate) response.destroy();
      else this.reply(response, 200, answer);
    } catch {
      // The other side went away, or sent no task.
      response.destroy();
    }
  }

  private effectOnce(key: string, taskId: string): Promise<unknown> {
    const earlier = this.answers.get(key);
    if (earlier !== undefined) return earlier;
    const effect = wait(this.options.latencyMs ?? 0).then(() => {
      const answer = { status: 'completed', output: { task_id: taskId } };
      this.append({ kind: 'effect', key, answer });
      return answer;
    });
    this.answers.set(key, effect);
    return effect;
  }

  private append(line: Line): void {
    if (this.closed) throw new Error('the agent is closed');
    writeSync(this.log, `${JSON.stringify(line)}\n`);
  }

  private reply(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      port: { type: 'string', default: '0' },
      latency: { type: 'string', default: '0' },
      'failure-rate': { type: 'string', default: '0' },
      seed: { type: 'string', default: '22' },
    },
  });
  if (values.file === undefined) throw new Error('--file is missing: where effects are written');
  const agent = await startCountingAgent({
    file: values.file,
    port: Number(values.port),
    latencyMs: Number(values.latency),
    failureRate: Number(values['failure-rate']),
    seed: Number(values.seed),
  });
  console.log(`counting agent ready: ${agent.url}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
