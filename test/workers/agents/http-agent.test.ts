import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import type { HttpEntry } from '../../../contracts/agents-file.ts';
import { freePort } from '../../../workers/embedded-server/port.ts';
import { httpAgent, retryAfterMs } from '../../../workers/agents/http-agent.ts';
import { context, task } from './attempt.ts';

describe('an http agent', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const entryFor = (port: number, change: Partial<HttpEntry> = {}): HttpEntry => ({
    agent_id: 'a',
    kind: 'http',
    slots: 4,
    capabilities: [],
    idempotent: false,
    url: `http://127.0.0.1:${port}/`,
    headers: {},
    allowPrivate: true,
    ...change,
  });
  const open = (entry: HttpEntry, env: NodeJS.ProcessEnv = {}) => {
    const agent = httpAgent(entry, [new URL(entry.url).host], env);
    ends.push(() => agent.close?.());
    return agent;
  };
  /** An agent of a server that handles the requests by their number, counted from 1. */
  const agentOf = async (
    handle: (count: number, response: ServerResponse, request: IncomingMessage) => void,
    change: Partial<HttpEntry> = {},
    env: NodeJS.ProcessEnv = {},
  ) => {
    let count = 0;
    const server = createServer((request, response) => handle(++count, response, request)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return open(entryFor((server.address() as AddressInfo).port, change), env);
  };

  it('posts task and context, and takes the answer', async () => {
    let sent: unknown;
    let headers: IncomingMessage['headers'] = {};
    const agent = await agentOf(
      (_, response, request) => {
        headers = request.headers;
        void readJson(request).then((body) => {
          sent = body;
          response.end('{"status":"completed","output":{"words":2}}');
        });
      },
      { headers: { Authorization: { env: 'TOKEN' }, 'X-Plain': 'text' } },
      { TOKEN: 'Bearer abcdefgh' },
    );
    assert.deepEqual(await agent.execute(task({ text: 'a b' }), context()), {
      status: 'completed',
      output: { words: 2 },
    });
    const { signal: _, ...rest } = context();
    assert.deepEqual(sent, { task: task({ text: 'a b' }), context: rest });
    assert.deepEqual(
      [headers['idempotency-key'], headers['content-type'], headers.authorization, headers['x-plain']],
      ['set/t_1/1', 'application/json', 'Bearer abcdefgh', 'text'],
    );
  });

  it('does not begin without its variables, nor with one that is no header', () => {
    const entry = entryFor(1, { headers: { Authorization: { env: 'TOKEN' } } });
    assert.throws(
      () => open(entry),
      /^BadInputError: agent a: headers\.Authorization: found nothing, .*variable TOKEN/,
    );
    assert.throws(
      () => open(entry, { TOKEN: 'abcdefgh\nijkl' }),
      (error) => error instanceof Error && /without line breaks/.test(error.message) && !/abc/.test(error.message),
    );
  });

  it('fails the attempt on any other status, with the beginning of what was said', async () => {
    const agent = await agentOf((_, response) => response.writeHead(418).end(`I am a teapot ${'x'.repeat(300)}`));
    const { status, error } = await agent.execute(task(), context());
    assert.equal(status, 'failed');
    assert.match(error ?? '', /^127\.0\.0\.1:\d+ answered with status 418: I am a teapot x+$/);
    assert.equal(error?.split('418: ')[1]?.length, 200);
  });

  it('tells no secret that comes back in an answer or a refusal', async () => {
    for (const status of [200, 500]) {
      const agent = await agentOf(
        (_, response, request) => {
          const said = request.headers.authorization;
          response.writeHead(status).end(JSON.stringify({ status: 'completed', output: said, error: `got ${said}` }));
        },
        { headers: { Authorization: { env: 'TOKEN' } } },
        { TOKEN: 'Bearer abcdefgh' },
      );
      const answer = await agent.execute(task(), context());
      assert.match(JSON.stringify(answer), /got \*\*\*/);
      assert.doesNotMatch(JSON.stringify(answer), /abcdefgh/);
    }
  });

  it('waits as long as it is asked to, and asks again with the same key', async () => {
    const keys: unknown[] = [];
    const agent = await agentOf((count, response, request) => {
      keys.push(request.headers['idempotency-key']);
      if (count === 1) response.writeHead(429, { 'Retry-After': '0' }).end();
      else if (count === 2) response.writeHead(503, { 'Retry-After': 'Mon, 02 Mar 2026 08:00:00 GMT' }).end();
      else response.end('{"status":"completed"}');
    });
    assert.deepEqual(await agent.execute(task(), context()), { status: 'completed' });
    assert.deepEqual(keys, ['set/t_1/1', 'set/t_1/1', 'set/t_1/1']);
  });

  it('fails where it is asked to wait without being told how long', async () => {
    for (const header of [undefined, 'soon']) {
      let count = 0;
      const agent = await agentOf((calls, response) => {
        count = calls;
        response.writeHead(503, header === undefined ? {} : { 'Retry-After': header }).end();
      });
      assert.match((await agent.execute(task(), context())).error ?? '', /status 503/);
      assert.equal(count, 1);
    }
  });

  it('ends a wait with the task’s abort signal', async () => {
    const abort = new AbortController();
    const agent = await agentOf((_, response) => {
      response.writeHead(429, { 'Retry-After': '3600' }).end();
      setTimeout(() => abort.abort(), 20);
    });
    assert.match((await agent.execute(task(), context(abort.signal))).error ?? '', /abort/);
  });

  it('fails the attempt where nobody listens', async () => {
    const agent = open(entryFor(await freePort()));
    assert.match((await agent.execute(task(), context())).error ?? '', /^127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  });

  it('calls no private address unless it was allowed', async () => {
    let calls = 0;
    const agent = await agentOf((count) => (calls = count), { allowPrivate: false });
    assert.match((await agent.execute(task(), context())).error ?? '', /loopback or private address/);
    assert.equal(calls, 0);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 2, 2, 8, 0, 0);
  for (const [header, ms] of [
    ['0', 0],
    ['120', 120_000],
    ['Mon, 02 Mar 2026 08:00:07 GMT', 7_000],
    ['Mon, 02 Mar 2026 07:59:00 GMT', 0],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [null, null],
  ] as const) {
    it(`${JSON.stringify(header)} is ${ms} ms`, () => assert.equal(retryAfterMs(header, now), ms));
  }
});
