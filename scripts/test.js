#!/usr/bin/env node
/**
 * `npm test`: makes sure of the Temporal program, then runs mocha. Arguments are passed on to mocha
 * (`npm test -- --grep throughput`); a `.test.ts` file among them stands for the whole suite. The last line printed is
 * `N passed, N failed`. Plain JavaScript that any Node understands, so that an old one is
 * told what is missing.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Tests that start no server and no program. */
const COMPUTING = ['contracts', 'domain', 'house', 'properties', 'simulation'].map(
  (name) => `test/${name}/**/*.test.ts`,
);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Wavewright needs Node 20.19 or newer, and this is ${process.versions.node}. Install a newer Node.`);
}
if (!existsSync(join(root, 'node_modules', 'mocha'))) stop('The packages are not installed. Run `npm ci` first.');

await ensureTemporal();
process.exitCode = await runTests(process.argv.slice(2));

/**
 * Runs mocha; the whole suite in two processes side by side: what only computes uses the time in which servers are waited
 * for. Its output comes last.
 */
async function runTests(args) {
  if (args.length > 0) {
    const specs = args.some((arg) => arg.endsWith('.test.ts')) ? [] : ['test/**/*.test.ts'];
    return summed([await runMocha([...specs, ...args], true)]);
  }
  const computing = runMocha(COMPUTING, false);
  const waiting = runMocha(['test/**/*.test.ts', ...COMPUTING.flatMap((spec) => ['--ignore', spec])], true);
  const ends = await Promise.all([waiting, computing]);
  process.stdout.write(ends[1].output);
  // Whoever reads only the end of a long log finds every failure there.
  process.stdout.write(failuresOf(ends[0].output));
  return summed(ends);
}

/** What mocha says of failed tests at the end of its output; empty where none failed. */
function failuresOf(output) {
  const start = output.search(/^ {2}\d+ failing$/m);
  return start < 0 ? '' : `\n${output.slice(start)}`;
}

/** Prints the last line, and answers with the exit code. */
function summed(ends) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { code, lastLine } of ends) {
    const found = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(lastLine);
    // Mocha can end before it has a reporter, for example when a test file does not load.
    const [passed, failed, skipped] = found ? found.slice(1).map((text) => Number(text ?? 0)) : [0, 1, 0];
    counts.passed += passed;
    counts.failed += Math.max(failed, code === 0 ? 0 : 1);
    counts.skipped += skipped;
  }
  const { passed, failed, skipped } = counts;
  if (failed === 0 && passed > 0) console.log('\nAll is well. Next: `npm run demo` shows a run from start to end.');
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed === 0 ? 0 : 1;
}

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

/** Resolves with mocha's exit code, its output without the last line, and that line. `shown`: the output is shown as it comes. */
function runMocha(args, shown) {
  const color = process.stdout.isTTY ? ['--color'] : [];
  const mocha = spawn(process.execPath, [join(root, 'node_modules/mocha/bin/mocha.js'), ...color, ...args], {
    cwd: root,
    stdio: ['inherit', 'pipe', shown ? 'inherit' : 'pipe'],
    env: process.env,
  });
  let output = '';
  const take = (chunk) => {
    if (shown) process.stdout.write(chunk);
    output += chunk.toString('utf8');
  };
  mocha.stdout.on('data', take);
  mocha.stderr?.on('data', take);
  return new Promise((resolve, reject) => {
    mocha.on('error', reject);
    mocha.on('close', (code) => {
      const lines = output.trimEnd().split('\n');
      const lastLine = lines.pop() ?? '';
      resolve({ code: code ?? 1, output: `${lines.join('\n')}\n`, lastLine });
    });
  });
}

function stop(sentence) {
  console.error(`error: ${sentence}`);
  console.log('0 passed, 1 failed');
  process.exit(2);
}
