#!/usr/bin/env node
/**
 * `npm test`: makes sure of the Temporal program, then runs mocha. Arguments are passed on to mocha
 * (`npm test -- --grep throughput`); a `.test.ts` file among them stands for the whole suite. The last line printed is
 * `N passed, N failed`, and the exit code is mocha's. Plain JavaScript that any Node understands, so that an old one is
 * told what is missing.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Wavewright needs Node 20.19 or newer, and this is ${process.versions.node}. Install a newer Node.`);
}
if (!existsSync(join(root, 'node_modules', 'mocha'))) stop('The packages are not installed. Run `npm ci` first.');

await ensureTemporal();
const finished = await runMocha(process.argv.slice(2));
// Mocha can end before it has a reporter, for example when a test file does not load.
if (!/^\d+ passed, \d+ failed(, \d+ skipped)?$/.test(finished.lastLine)) console.log('0 passed, 1 failed');
process.exitCode = finished.code;

/** Finds, downloads or builds the program once, where its progress is seen; tests that need it say so themselves. */
async function ensureTemporal() {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  try {
    const { locateTemporal } = await import('../workers/embedded-server/locate.ts');
    await locateTemporal({
      folder: join(root, '.temporal'),
      env: process.env,
      onNote: (sentence) => console.log(sentence),
      onBuildProgress: printBuildProgress(),
    });
  } catch (error) {
    console.error(`No Temporal program: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await unregister();
  }
}

/** The build tells about once a second; a log wants to know less often. */
function printBuildProgress() {
  let printedMs = -Infinity;
  return ({ elapsedMs, packages }) => {
    if (elapsedMs - printedMs < 10_000) return;
    printedMs = elapsedMs;
    console.log(`  building Temporal with Go: ${Math.floor(elapsedMs / 1000)} s, ${packages} packages compiled`);
  };
}

/** Runs mocha in the foreground; resolves with its exit code and the last line that it printed. */
function runMocha(args) {
  const specs = args.some((arg) => arg.endsWith('.test.ts')) ? [] : ['test/**/*.test.ts'];
  const color = process.stdout.isTTY ? ['--color'] : [];
  const mocha = spawn(process.execPath, [join(root, 'node_modules/mocha/bin/mocha.js'), ...color, ...specs, ...args], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, WAVEWRIGHT_NEXT_STEP: 'All is well. Next: `npm run demo` shows a run from start to end.' },
  });
  let tail = '';
  mocha.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    mocha.on('error', reject);
    mocha.on('close', (code) => resolve({ code: code ?? 1, lastLine: tail.trimEnd().split('\n').at(-1) ?? '' }));
  });
}

function stop(sentence) {
  console.error(`error: ${sentence}`);
  console.log('0 passed, 1 failed');
  process.exit(2);
}
