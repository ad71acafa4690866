/**
 * Finds the `temporal` program that the embedded server is made of, or gets one: by setting, from our cache, on PATH,
 * by the SDK's own download, and last by building it with Go.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildTemporal, builtVersion, type BuildProgress } from './build.ts';
import { downloadTemporal } from './download.ts';

export interface TemporalProgram {
  path: string;
  /** Of the server inside, for example `1.29.1`. */
  serverVersion: string;
  uiVersion: string | null;
  source: 'setting' | 'cache' | 'path' | 'download' | 'build';
}

export interface LocateOptions {
  /** Usually `.temporal`; the cache is its subfolder `bin`. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Told what is tried and why a step was passed over, one sentence each. */
  onNote?: (sentence: string) => void;
  onBuildProgress?: (progress: BuildProgress) => void;
}

/** The oldest server that this project was tried with. */
const oldestServer = [1, 29, 0] as const;

/** Where the newest usable program lies, or an error for people that says what to install. */
export async function locateTemporal(options: LocateOptions): Promise<TemporalProgram> {
  const note = options.onNote ?? (() => undefined);
  const cache = join(options.folder, 'bin');

  const setting = options.env.WAVEWRIGHT_TEMPORAL;
  if (setting !== undefined && setting !== '') {
    const found = await inspect(setting, 'setting');
    if ('problem' in found) {
      throw new Error(`WAVEWRIGHT_TEMPORAL=${setting} ${found.problem}. Set it to a working \`temporal\` program.`);
    }
    return found;
  }

  const built = join(cache, `temporal-${builtVersion}`);
  const downloaded = join(cache, 'temporal-download');
  const onPath = (options.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates: [string, TemporalProgram['source']][] = [
    [built, 'cache'],
    [downloaded, 'cache'],
    ...onPath.map((folder): [string, TemporalProgram['source']] => [join(folder, programName), 'path']),
  ];
  for (const [path, source] of candidates) {
    if (!existsSync(path)) continue;
    const found = await inspect(path, source);
    if (!('problem' in found)) return found;
    note(`${path} ${found.problem}; looking further.`);
  }

  note('No `temporal` program is installed; trying the download of the Temporal SDK.');
  const download = await downloadTemporal({ target: downloaded, env: options.env });
  if (download.kind === 'downloaded') return inspectOrThrow(downloaded, 'download');
  note(`The download is not possible (${download.reason}); building ${builtVersion} with Go instead, once.`);

  await buildTemporal({ target: built, env: options.env, onProgress: options.onBuildProgress ?? (() => undefined) });
  return inspectOrThrow(built, 'build');
}

const programName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Asks a program for its version; `problem` completes the sentence "<path> …". */
export async function inspect(
  path: string,
  source: TemporalProgram['source'],
): Promise<TemporalProgram | { problem: string }> {
  if (!existsSync(path)) return { problem: 'does not exist' };
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return { problem: 'is not executable' };
  }
  const output = await new Promise<string | null>((resolve) => {
    execFile(path, ['--version'], { timeout: 10_000 }, (error, stdout) => resolve(error === null ? stdout : null));
  });
  if (output === null) return { problem: 'does not answer `--version`' };
  const versions = parseVersions(output);
  if (versions === null) return { problem: `answers \`--version\` with ${JSON.stringify(output.slice(0, 80).trim())}` };
  if (!atLeast(versions.serverVersion, oldestServer)) {
    return { problem: `has server ${versions.serverVersion}, and ${oldestServer.join('.')} or newer is needed` };
  }
  return { path, source, ...versions };
}

async function inspectOrThrow(path: string, source: TemporalProgram['source']): Promise<TemporalProgram> {
  const found = await inspect(path, source);
  if ('problem' in found) throw new Error(`${path} ${found.problem}. Delete it and try again.`);
  return found;
}

/** Reads a line such as `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`; null for any other. */
export function parseVersions(output: string): { serverVersion: string; uiVersion: string | null } | null {
  const serverVersion = /^temporal version .*\bServer (\d+\.\d+\.\d+[\w.-]*)/m.exec(output)?.[1];
  if (serverVersion === undefined) return null;
  return { serverVersion, uiVersion: /\bUI (\d+\.\d+\.\d+[\w.-]*)/.exec(output)?.[1] ?? null };
}

function atLeast(version: string, oldest: readonly number[]): boolean {
  const parts = version.split(/[.-]/, 3).map(Number);
  for (const [index, least] of oldest.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
