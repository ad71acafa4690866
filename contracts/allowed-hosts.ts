/**
 * The list of hosts that may be called. An entry is a host name or an address, with a port where it is not the scheme's
 * own: `agents.example`, `agents.example:8443`, `127.0.0.1:8080`, `[::1]:8080`. There are no wildcards.
 */
import * as z from 'zod';

const EXPECTED = 'a host with a port where it is not the scheme’s own, such as "agents.example" or "127.0.0.1:8080"';

const NO_CREDENTIALS = 'a URL without name and password';

export const allowedHostsSchema = z
  .array(z.string(EXPECTED).refine((entry) => readHost(entry) !== null, EXPECTED))
  .default([])
  .meta({
    description: 'Hosts that agents and notifications may call, each with a port where it is not the scheme’s own.',
  });

interface Host {
  hostname: string;
  /** Null: the scheme's own. */
  port: string | null;
}

/** The host as a URL writes it (lower case, addresses in their shortest form); null where it is none. */
function readHost(entry: string): Host | null {
  try {
    const url = new URL(`http://${entry}`);
    if (url.href !== `http://${url.host}/` || entry.includes('*') || entry.includes('/')) return null;
    return { hostname: url.hostname, port: /:(\d+)$/.exec(entry)?.[1] ?? null };
  } catch {
    return null;
  }
}

/** Whether the list names the URL's host and port. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const own = url.protocol === 'https:' ? '443' : '80';
  const port = url.port || own;
  return allowedHosts.some((entry) => {
    const host = readHost(entry);
    return host !== null && host.hostname === url.hostname && (host.port ?? own) === port;
  });
}

/** Why the text is no URL that could be called, whatever the list says, in words that follow "expected"; null where it is one. */
export function urlFormFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return 'an http or https URL';
  return url.username === '' && url.password === '' ? null : NO_CREDENTIALS;
}

/** Why the URL may not be called, in words that follow "expected"; null where it may. */
export function urlFault(text: string, allowedHosts: readonly string[]): string | null {
  const fault = urlFormFault(text);
  if (fault !== null) return fault === NO_CREDENTIALS ? `${fault}: use headers` : fault;
  const url = new URL(text);
  if (isAllowedHost(url, allowedHosts)) return null;
  const list = allowedHosts.length === 0 ? 'which is empty' : `which has ${allowedHosts.join(', ')}`;
  return `a host on allowedHosts, ${list}; add "${url.host}" there if it may be called`;
}
