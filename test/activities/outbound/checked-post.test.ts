import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { CheckedPost } from '../../../activities/outbound/checked-post.ts';

describe('a checked POST', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A server at the loopback address; answers with its port. */
  const serve = async (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> => {
    const server: Server = createServer(handle).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  };
  interface Setting {
    allowedHosts: string[];
    allowPrivate?: boolean;
    /** Addresses by name; unknown ones are the loopback. */
    names?: Record<string, string[]>;
  }
  const outbound = ({ allowedHosts, allowPrivate = true, names = {} }: Setting) => {
    const post = new CheckedPost({ allowedHosts, allowPrivate }, (hostname, _, done) => {
      const addresses = names[hostname] ?? ['127.0.0.1'];
      done(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    });
    ends.push(() => post.close());
    return (url: string, options: { ownHeaders?: Record<string, string>; signal?: AbortSignal } = {}) =>
      post.post({
        url,
        headers: { 'Idempotency-Key': 'set/task/1' },
        ownHeaders: options.ownHeaders ?? {},
        body: '{"task":1}',
        signal: options.signal ?? new AbortController().signal,
      });
  };
  const redirect = (status: number, to: string) => (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { Location: to }).end();
  };

  it('brings body and headers, under the name that was asked for, and the answer back', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      void readText(request).then((body) => {
        seen.push([request.method, request.url, request.headers.host, request.headers['idempotency-key'], body]);
        response.end('{"status":"completed"}');
      });
    });
    const host = `agent.test:${port}`;
    const reply = await outbound({ allowedHosts: [host] })(`http://${host}/run?x=1`);
    assert.deepEqual(reply, { status: 200, retryAfter: null, body: '{"status":"completed"}' });
    assert.deepEqual(seen, [['POST', '/run?x=1', host, 'set/task/1', '{"task":1}']]);
  });

  it('keeps the connection for the next call', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on('end', () => response.end('{}'));
    });
    const post = outbound({ allowedHosts: [`agent.test:${port}`] });
    for (let call = 0; call < 3; call++) await post(`http://agent.test:${port}/`);
    assert.equal(ports.size, 1);
  });

  it('sends again when a kept connection turns out to be closed', async () => {
    let calls = 0;
    const port = await serve((request, response) => {
      calls += 1;
      // The second request arrives on the kept connection, which ends without a word.
      if (calls === 2) request.socket.resetAndDestroy();
      else request.resume().on('end', () => response.end(`{"call":${calls}}`));
    });
    const post = outbound({ allowedHosts: [`agent.test:${port}`] });
    await post(`http://agent.test:${port}/`);
    assert.equal((await post(`http://agent.test:${port}/`)).body, '{"call":3}');
  });

  it('refuses a name as soon as one of its addresses is private, and connects to nothing', async () => {
    let calls = 0;
    const port = await serve((_, response) => {
      calls += 1;
      response.end();
    });
    const host = `agent.test:${port}`;
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:127.0.0.1'], ['169.254.169.254']]) {
      const post = outbound({ allowedHosts: [host], allowPrivate: false, names: { 'agent.test': addresses } });
      await assert.rejects(post(`http://${host}/`), /agent\.test may not be called: .* address/);
    }
    const literal = outbound({ allowedHosts: [`127.0.0.1:${port}`], allowPrivate: false });
    for (const url of [`http://127.0.0.1:${port}/`, `http://2130706433:${port}/`]) {
      await assert.rejects(literal(url), /127\.0\.0\.1:\d+ may not be called: .*private address/);
    }
    assert.equal(calls, 0);
  });

  it('goes to the very address that was checked, whatever the name says a moment later', async () => {
    const port = await serve((request, response) => request.resume().on('end', () => response.end('{}')));
    const host = `agent.test:${port}`;
    let asked = 0;
    const post = new CheckedPost({ allowedHosts: [host], allowPrivate: true }, (_hostname, _options, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
    });
    ends.push(() => post.close());
    const signal = new AbortController().signal;
    const { status } = await post.post({ url: `http://${host}/`, headers: {}, ownHeaders: {}, body: '', signal });
    assert.deepEqual([status, asked], [200, 1]);
  });

  it('follows 307 and 308 with the POST kept, three of them at most', async () => {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const left = Number(request.url?.slice(1));
      if (left > 0) redirect(left % 2 === 0 ? 307 : 308, `/${left - 1}`)(request, response);
      else void readText(request).then((body) => response.end(body));
    });
    const post = outbound({ allowedHosts: [`agent.test:${port}`] });
    assert.equal((await post(`http://agent.test:${port}/3`)).body, '{"task":1}');
    assert.deepEqual(seen, ['POST /3', 'POST /2', 'POST /1', 'POST /0']);
    await assert.rejects(post(`http://agent.test:${port}/4`), /more than 3 redirects/);
  });

  for (const status of [301, 302, 303, 304]) {
    it(`does not follow ${status}`, async () => {
      const port = await serve(redirect(status, '/elsewhere'));
      const post = outbound({ allowedHosts: [`agent.test:${port}`] });
      await assert.rejects(post(`http://agent.test:${port}/`), new RegExp(`status ${status} .*only 307 and 308`));
    });
  }

  it('judges a redirect like the first address: host, scheme, credentials, address', async () => {
    let reached = 0;
    const target = await serve((_, response) => {
      reached += 1;
      response.end();
    });
    const attempts: [string, RegExp][] = [
      [`http://other.test:${target}/`, /other\.test:\d+ may not be called: expected a host on allowedHosts/],
      [`http://me:secret@good.test:${target}/`, /a URL without name and password/],
      ['file:///etc/passwd', /an http or https URL/],
      [`http://inside.test:${target}/`, /inside\.test may not be called: 169\.254\.1\.1/],
      [`http://[::ffff:a00:1]:${target}/`, /may not be called: expected a host on allowedHosts/],
    ];
    for (const [to, message] of attempts) {
      const port = await serve(redirect(307, to));
      const allowedHosts = [`first.test:${port}`, `good.test:${target}`, `inside.test:${target}`];
      const post = outbound({ allowedHosts, names: { 'inside.test': ['127.0.0.1', '169.254.1.1'] } });
      await assert.rejects(post(`http://first.test:${port}/`), message);
    }
    assert.equal(reached, 0);
  });

  it('shows own headers to the first origin only', async () => {
    const seen: [string, string | undefined, string | undefined][] = [];
    const note = (name: string, request: IncomingMessage) =>
      seen.push([name, request.headers.authorization, request.headers['idempotency-key'] as string | undefined]);
    const second = await serve((request, response) => {
      note('second', request);
      request.resume().on('end', () => response.end('{}'));
    });
    const first = await serve((request, response) => {
      note('first', request);
      redirect(308, `http://b.test:${second}/`)(request, response);
    });
    const post = outbound({ allowedHosts: [`a.test:${first}`, `b.test:${second}`] });
    await post(`http://a.test:${first}/`, { ownHeaders: { Authorization: 'Bearer token' } });
    assert.deepEqual(seen, [
      ['first', 'Bearer token', 'set/task/1'],
      ['second', undefined, 'set/task/1'],
    ]);
  });

  it('takes an answer of 4,000,000 bytes and refuses a longer one', async () => {
    const port = await serve((request, response) => {
      const bytes = Number(request.url?.slice(1));
      request.resume().on('end', () => response.end(Buffer.alloc(bytes, 'x')));
    });
    const post = outbound({ allowedHosts: [`agent.test:${port}`] });
    assert.equal((await post(`http://agent.test:${port}/4000000`)).body.length, 4_000_000);
    await assert.rejects(post(`http://agent.test:${port}/4000001`), /more than 4000000 bytes/);
  });

  it('reads of a refusal only the beginning', async () => {
    const port = await serve((request, response) => {
      response.statusCode = 500;
      request.resume().on('end', () => response.end(Buffer.alloc(5_000_000, 'x')));
    });
    const reply = await outbound({ allowedHosts: [`agent.test:${port}`] })(`http://agent.test:${port}/`);
    assert.deepEqual([reply.status, reply.body.length], [500, 4096]);
  });

  it('asks a secure server for the name that was given, at the checked address', async () => {
    let hello = Buffer.alloc(0);
    const server = createTcpServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (bytes) => {
          hello = bytes;
          socket.destroy();
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const host = `secure.agent.test:${(server.address() as AddressInfo).port}`;
    await assert.rejects(outbound({ allowedHosts: [host] })(`https://${host}/`));
    assert.ok(hello.includes('secure.agent.test'), 'the first message of TLS does not name the host');
  });

  it('ends with the abort signal, before the answer and in the middle of it', async () => {
    for (const beginning of ['', '{"status":']) {
      const abort = new AbortController();
      const port = await serve((_, response) => {
        if (beginning !== '') response.write(beginning);
        setTimeout(() => abort.abort(), 20);
      });
      const post = outbound({ allowedHosts: [`agent.test:${port}`] });
      await assert.rejects(post(`http://agent.test:${port}/`, { signal: abort.signal }), /abort/i);
    }
  });
});
