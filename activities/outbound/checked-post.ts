/**
 * POST to hosts that were allowed by name, at addresses that were checked. The name is resolved here, every address that
 * it has is judged, and the connection goes to one of those very addresses: a name that resolves otherwise a moment
 * later (DNS rebinding) changes nothing. Proxy variables of the environment are not read.
 */
import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { urlFault } from '../../contracts/allowed-hosts.ts';
import { addressFault } from './address-rules.ts';

const ANSWER_BYTES_MAX = 4_000_000;
/** Enough of a refusal to show its beginning. */
const REFUSAL_BYTES_MAX = 4_096;
const REDIRECTS_MAX = 3;

export interface OutboundRules {
  allowedHosts: readonly string[];
  /** True: loopback and private addresses may be called too. */
  allowPrivate: boolean;
}

export interface PostedRequest {
  url: string;
  /** Sent everywhere. */
  headers: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` only, and to no other that it redirects to. */
  ownHeaders: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
}

export interface Reply {
  status: number;
  /** The header `Retry-After`. */
  retryAfter: string | null;
  /** Whole for a status of 200 to 299, else its first 4,096 bytes. */
  body: string;
}

type Resolve = (
  hostname: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export class CheckedPost {
  private readonly rules: OutboundRules;
  private readonly lookup: LookupFunction;
  private readonly plain = new HttpAgent({ keepAlive: true });
  private readonly secure = new HttpsAgent({ keepAlive: true });

  /** `resolve` answers with every address of a name; the system's resolver unless given. */
  constructor(rules: OutboundRules, resolve: Resolve = lookup) {
    this.rules = rules;
    this.lookup = checkedLookup(rules.allowPrivate, resolve);
  }

  /**
   * Posts, and follows up to three redirects of status 307 and 308, each judged like the first. Connections are kept for
   * the next call. Throws for a host or an address that may not be called, for other redirects, for an answer of more
   * than 4,000,000 bytes, and when the connection fails or `signal` aborts.
   */
  async post(request: PostedRequest): Promise<Reply> {
    const first = new URL(request.url);
    let url = first;
    for (let redirects = 0; ; redirects++) {
      const headers = url.origin === first.origin ? { ...request.ownHeaders, ...request.headers } : request.headers;
      const response = await this.send(url, headers, request);
      const status = response.statusCode ?? 0;
      if (status < 300 || status > 399) return await readReply(response, status);
      response.destroy();
      if (redirects === REDIRECTS_MAX)
        throw new Error(`more than ${REDIRECTS_MAX} redirects; the last from ${url.host}`);
      url = redirectTarget(url, status, response.headers.location);
    }
  }

  /** Ends kept connections. */
  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  private async send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    asked: PostedRequest,
  ): Promise<IncomingMessage> {
    const fault = urlFault(url.href, this.rules.allowedHosts);
    if (fault !== null) throw new Error(`${url.host} may not be called: expected ${fault}`);
    // An address needs no look-up, so that the check in there would not see it.
    const addressIssue = literalAddressFault(url, this.rules.allowPrivate);
    if (addressIssue !== null) throw new Error(`${url.host} may not be called: ${addressIssue}`);
    const secure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        agent: secure ? this.secure : this.plain,
        lookup: this.lookup,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(asked.body) },
        signal: asked.signal,
      });
      let answered = false;
      request.on('response', (response) => {
        answered = true;
        resolve(response);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The other side had closed a kept connection as we took it. What is sent has a key of its own: it may be sent again.
        const stale = !answered && request.reusedSocket && error.code === 'ECONNRESET' && !asked.signal.aborted;
        if (stale) this.send(url, headers, asked).then(resolve, reject);
        else reject(error);
      });
      request.end(asked.body);
    });
  }
}

/** Why a URL whose host is an address may not be called; null where it may, and where the host is a name. */
export function literalAddressFault(url: URL, allowPrivate: boolean): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : addressFault(host, allowPrivate);
}

/** A look-up that hands on only addresses that were judged; one bad address of a name condemns the name. */
function checkedLookup(allowPrivate: boolean, resolve: Resolve): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error !== null) return done(error, []);
      const fault = addresses.map(({ address }) => addressFault(address, allowPrivate)).find((one) => one !== null);
      const [first] = addresses;
      if (fault !== undefined) return done(new Error(`${hostname} may not be called: ${fault}`), []);
      if (first === undefined) return done(new Error(`${hostname} has no address`), []);
      return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}

function redirectTarget(from: URL, status: number, location: string | undefined): URL {
  if (status !== 307 && status !== 308) {
    throw new Error(
      `status ${status} from ${from.host}: of redirects only 307 and 308 are followed, which keep the POST`,
    );
  }
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (to === null) throw new Error(`status ${status} from ${from.host} without a Location that is a URL`);
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new Error(`${from.host} redirects from https to http, which is not followed`);
  }
  return to;
}

async function readReply(response: IncomingMessage, status: number): Promise<Reply> {
  const good = status >= 200 && status <= 299;
  const limit = good ? ANSWER_BYTES_MAX : REFUSAL_BYTES_MAX;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limit) break;
  }
  if (good && bytes > limit) throw new Error(`the answer has more than ${ANSWER_BYTES_MAX} bytes`);
  const body = Buffer.concat(chunks).subarray(0, limit).toString('utf8');
  return { status, retryAfter: response.headers['retry-after'] ?? null, body };
}
