/** Builds the `temporal` program with Go: the way that needs nothing but the Go module proxy. About two minutes on two cores. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The newest release that `go install` can build: later ones use a `replace` line in their module file. */
export const builtVersion = '1.5.1';

const packagePath = `github.com/temporalio/cli/cmd/temporal@v${builtVersion}`;

export interface BuildProgress {
  elapsedMs: number;
  /** Packages compiled so far. */
  packages: number;
  /** Modules fetched so far. */
  modules: number;
}

export interface BuildOptions {
  /** Where the program is put, shown there only when whole. */
  target: string;
  env: NodeJS.ProcessEnv;
  /** Called about once a second, and at the end. */
  onProgress: (progress: BuildProgress) => void;
}

/** Builds in the foreground. Throws an error for people: no Go, no network, or the build's last lines. */
export async function buildTemporal(options: BuildOptions): Promise<void> {
  // Go takes no relative folder.
  const folder = resolve(dirname(options.target));
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'build.log');
  const staging = mkdtempSync(join(folder, 'build-'));
  try {
    const result = await runGo(options, staging, logFile);
    if (result.kind === 'no-go') {
      throw new Error(
        'No `temporal` program was found and it cannot be built, because Go is not installed. Install the Temporal CLI ' +
          '(https://docs.temporal.io/cli) or Go 1.24 (https://go.dev/dl), or set WAVEWRIGHT_TEMPORAL to a `temporal` program.',
      );
    }
    if (result.kind === 'failed') {
      const words = result.lines.slice(-8).join('\n');
      const cause = isNetworkFailure(result.lines)
        ? 'the Go module proxy cannot be reached. Check the network or the setting GOPROXY, or install the Temporal CLI yourself'
        : 'see its last lines';
      throw new Error(
        `Building \`temporal\` ${builtVersion} failed: ${cause}.\n${words}\nThe whole log is ${logFile}.`,
      );
    }
    const name = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
    renameSync(join(staging, name), options.target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

type GoResult = { kind: 'built' } | { kind: 'no-go' } | { kind: 'failed'; lines: string[] };

function runGo(options: BuildOptions, staging: string, logFile: string): Promise<GoResult> {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const lines: string[] = [];
    let packages = 0;
    let modules = 0;
    const report = (): void => options.onProgress({ elapsedMs: Date.now() - startedAt, packages, modules });

    const log = createWriteStream(logFile);
    // With -v, Go prints one line for each package it compiles.
    const child = spawn('go', ['install', '-v', packagePath], {
      cwd: staging,
      env: { ...options.env, GOBIN: staging, GOFLAGS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setInterval(report, 1000);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        lines.push(line);
        if (lines.length > 50) lines.shift();
        if (line.startsWith('go: downloading ')) modules += 1;
        else if (/^[\w.-]+(\/[\w.@~-]+)*$/.test(line)) packages += 1;
      });
    }
    // Once, and with the log closed: its file may be opened late, when nobody would hear of a failure.
    let isOver = false;
    const end = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      log.end(settle);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      end(() => {
        if (error.code === 'ENOENT') resolve({ kind: 'no-go' });
        else reject(error);
      });
    });
    child.on('close', (code) => {
      report();
      end(() => resolve(code === 0 ? { kind: 'built' } : { kind: 'failed', lines }));
    });
  });
}

/** The words with which Go's network errors come. */
export function isNetworkFailure(lines: readonly string[]): boolean {
  const words =
    /dial tcp|no such host|i\/o timeout|connection refused|network is unreachable|proxyconnect|TLS handshake/;
  return lines.some((line) => words.test(line));
}
