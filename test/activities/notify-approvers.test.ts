import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import type { NotifyApproversArgs } from '../../activities/interface.ts';
import { createNotifyApprovers, noticeKey, requireNotifiable } from '../../activities/notify-approvers.ts';
import { type AgentsFile, parseAgentsFile } from '../../contracts/agents-file.ts';
import type { BadInputError } from '../../contracts/bad-input.ts';
import { freePort } from '../../workers/embedded-server/port.ts';

const EXPIRES = Date.parse('2026-03-02T09:00:00.000Z');
const AGENTS = [{ agent_id: 'a', kind: 'simulated' }];

function notice(url: string): NotifyApproversArgs {
  return {
    ref: { execution_id: 'run-1', dataset: 'east', wave: 2, dry_run: false },
    namespace: 'default',
    workflowId: 'run-1/wave-2',
    url,
    request: {
      request: 'w2-g2',
      digest: 'sha256:aa',
      wave: 2,
      risk_level: 'HIGH',
      tasks: 3,
      below_threshold: 1,
      opened_at: EXPIRES - 3_600_000,
      expires_at: EXPIRES,
    },
  };
}

describe('notifyApprovers', () => {
  let dataRoot: string;
  const ends: (() => void)[] = [];
  beforeEach(() => {
    dataRoot = mkdtempSync(join(tmpdir(), 'wavewright-notify-'));
    ends.push(() => rmSync(dataRoot, { recursive: true }));
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const fleet = (content: object) => {
    mkdirSync(join(dataRoot, 'east/phase22'), { recursive: true });
    writeFileSync(join(dataRoot, 'east/phase22/agents.json'), JSON.stringify({ agents: AGENTS, ...content }));
  };
  const serve = async (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const send = (args: NotifyApproversArgs) => createNotifyApprovers({ dataRoot })(args);

  it('posts what waits, where it is seen and how it is answered, under its key', async () => {
    const seen: unknown[] = [];
    const host = await serve((request, response) => {
      void readJson(request).then((body) => {
        const { 'idempotency-key': key, 'content-type': type } = request.headers;
        seen.push([request.method, request.url, key, type, body]);
        response.end('thanks');
      });
    });
    fleet({ allowedHosts: [host], notify: { allowPrivate: true } });
    await send(notice(`http://${host}/hook?of=ours`));
    const body = {
      execution_id: 'run-1',
      dataset: 'east',
      wave: 2,
      workflow_id: 'run-1/wave-2',
      requests: [
        {
          request: 'w2-g2',
          digest: 'sha256:aa',
          risk_level: 'HIGH',
          tasks: 3,
          below_threshold: 1,
          expires_at: '2026-03-02T09:00:00.000Z',
          answer: { request: 'w2-g2', digest: 'sha256:aa', approver: 'YOUR NAME' },
        },
      ],
      link: '/namespaces/default/workflows/run-1%2Fwave-2',
    };
    assert.deepEqual(seen, [['POST', '/hook?of=ours', 'east/run-1/w2-g2/sha256:aa', 'application/json', body]]);
  });

  it('has the same key however the request has changed, and another for other tasks', () => {
    const { ref, request } = notice('');
    const key = noticeKey({ ref, request });
    assert.equal(noticeKey({ ref, request: { ...request, opened_at: 1, expires_at: 2, below_threshold: 0 } }), key);
    assert.notEqual(noticeKey({ ref, request: { ...request, digest: 'sha256:bb' } }), key);
    assert.notEqual(noticeKey({ ref: { ...ref, execution_id: 'run-2' }, request }), key);
  });

  it('fails for an answer that is not of 200 to 299, naming the host and nothing else of the URL', async () => {
    const host = await serve((_, response) => response.writeHead(500).end('no'));
    fleet({ allowedHosts: [host], notify: { allowPrivate: true } });
    await assert.rejects(send(notice(`http://${host}/secret`)), { message: `${host} answered with status 500` });
  });

  it('fails in words where nobody listens', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    fleet({ allowedHosts: [host], notify: { allowPrivate: true } });
    await assert.rejects(send(notice(`http://${host}/secret`)), (error: Error) => {
      assert.match(error.message, /ECONNREFUSED/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });

  it('calls nothing that the fleet file does not allow any more', async () => {
    let calls = 0;
    const host = await serve((_, response) => {
      calls += 1;
      response.end();
    });
    for (const content of [{ notify: { allowPrivate: true } }, { allowedHosts: [host] }]) {
      fleet(content);
      await assert.rejects(send(notice(`http://${host}/`)), /may not be called/);
    }
    assert.equal(calls, 0);
  });
});

describe('requireNotifiable', () => {
  const problem = (url: string, content: object | null): string => {
    let fleet: AgentsFile | null = null;
    if (content !== null) {
      const parsed = parseAgentsFile({ agents: AGENTS, ...content });
      assert.ok(parsed.ok);
      fleet = parsed.file;
    }
    try {
      requireNotifiable(url, fleet);
      return '';
    } catch (error) {
      const { problems } = error as BadInputError;
      assert.deepEqual([problems.length, problems[0]?.field], [1, 'gate.notifyUrl']);
      return problems[0]?.expected ?? '';
    }
  };

  it('takes hosts of the list, and loopback and private addresses where the file says so', () => {
    assert.equal(problem('https://hooks.example/a', { allowedHosts: ['hooks.example'] }), '');
    const allowedHosts = ['127.0.0.1:8080'];
    assert.equal(problem('http://127.0.0.1:8080/', { allowedHosts, notify: { allowPrivate: true } }), '');
    assert.match(
      problem('http://127.0.0.1:8080/', { allowedHosts }),
      /needs "allowPrivate": true \(under "notify" in .*phase22\/agents\.json/,
    );
  });

  it('says what to do about a host that is not on the list, also where there is no file', () => {
    for (const content of [null, { allowedHosts: [] }]) {
      assert.match(
        problem('https://hooks.example/a', content),
        /allowedHosts, which is empty; add "hooks\.example" there .*phase22\/agents\.json/,
      );
    }
    assert.match(problem('https://hooks.example:8443/', { allowedHosts: ['hooks.example'] }), /"hooks\.example:8443"/);
  });

  it('never takes link-local addresses', () => {
    const content = { allowedHosts: ['169.254.169.254'], notify: { allowPrivate: true } };
    assert.match(problem('http://169.254.169.254/', content), /never called/);
  });
});
