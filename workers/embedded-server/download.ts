/** The Temporal SDK's own download of the `temporal` program; needs the vendor's site, and says quickly when it is not there. */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const site = 'https://temporal.download/';
const probeTimeoutMs = 3000;
const downloadTimeoutMs = 5 * 60_000;
const script = fileURLToPath(new URL('./sdk-download.js', import.meta.url));

export type DownloadResult = { kind: 'downloaded' } | { kind: 'impossible'; reason: string };

/**
 * Puts the program that fits the installed SDK at `target`. The SDK has no time limit of its own, so the site is asked first;
 * behind a proxy only the SDK knows the way, and it is asked at once. `WAVEWRIGHT_DOWNLOAD=off` skips the step.
 */
export async function downloadTemporal(options: { target: string; env: NodeJS.ProcessEnv }): Promise<DownloadResult> {
  const { env, target } = options;
  if (env.WAVEWRIGHT_DOWNLOAD === 'off') return { kind: 'impossible', reason: 'WAVEWRIGHT_DOWNLOAD is off' };
  const behindProxy = (env.HTTPS_PROXY ?? env.https_proxy ?? '') !== '';
  if (!behindProxy && !(await reachable())) return { kind: 'impossible', reason: `${site} cannot be reached` };
  mkdirSync(dirname(target), { recursive: true });
  return new Promise((resolve) => {
    // A process of its own: the SDK's runtime is one per process, and ours is to be set up later by the workers.
    execFile(process.execPath, [script, target], { env, timeout: downloadTimeoutMs }, (error, _stdout, stderr) => {
      if (error === null) resolve({ kind: 'downloaded' });
      else resolve({ kind: 'impossible', reason: stderr.trim().split('\n').at(-1) ?? 'the SDK could not load it' });
    });
  });
}

async function reachable(): Promise<boolean> {
  try {
    await fetch(site, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) });
    return true;
  } catch {
    return false;
  }
}
