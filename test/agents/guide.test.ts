import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAgentsFile } from '../../contracts/agents-file.ts';
import { Harness } from '../workflows/harness.ts';
import { blocksOf, blocksUnder, stepsOf } from './guide-text.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(PROJECT, 'docs/agents.md'), 'utf8');
const TEN_MINUTES = 'An agent of your own in ten minutes';

describe('the guide to agents', function () {
  this.timeout(120_000);
  let harness: Harness;

  before(async () => {
    harness = await Harness.start();
  });
  after(() => harness.stop());

  it('leads to an agent of one’s own, by its own files and commands', async () => {
    // The reader's folder: empty, but for what `npx` and `data` find in that of Wavewright.
    const folder = dirname(harness.dataRoot);
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(join(PROJECT, 'scripts/wavewright.js'), join(folder, 'node_modules/.bin/wavewright'));
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const env = harness.environment();
    let agents: Awaited<ReturnType<Harness['process']>> | null = null;
    let written = 0;
    for (const step of stepsOf(blocksUnder(GUIDE, TEN_MINUTES))) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true });
        writeFileSync(join(folder, step.path), step.text);
        written += 1;
        continue;
      }
      let output = '';
      for (const command of step.commands) {
        // The harness has the same parts running, on ports of its own.
        if (command === 'npm run dev') agents = await harness.process(['agents', '--dataset', 'hello'], /served/);
        else output += await shell(command, folder, env);
      }
      for (const line of step.shown) assert.ok(isIn(line, output), `${line}\nis not in\n${output}`);
    }
    assert.ok(written >= 3 && agents !== null, 'the guide asks for less than it did');
    await agents.kill('SIGTERM');
  });

  it('shows fleet files that are as they should be, for every kind', () => {
    const fleets = blocksOf(GUIDE)
      .filter(({ language, text }) => language === 'json' && text.includes('"agents"'))
      .map(({ text }) => parseAgentsFile(JSON.parse(text)));
    for (const fleet of fleets) assert.deepEqual(fleet.ok ? [] : fleet.problems, []);
    const kinds = fleets.flatMap((fleet) => (fleet.ok ? fleet.file.agents.map(({ kind }) => kind) : []));
    assert.deepEqual([...new Set(kinds)].sort(), ['command', 'http', 'module', 'simulated']);
  });
});

/** Whether a line has the parts of `shown` in order; `…` stands for what was left out. */
function isIn(shown: string, output: string): boolean {
  return output.split('\n').some((line) => {
    let at = 0;
    return shown.split('…').every((part) => {
      const found = line.indexOf(part, at);
      at = found + part.length;
      return found >= 0;
    });
  });
}

/** What a command prints; fails with that where the command fails. */
function shell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { cwd, env: { ...env, npm_config_offline: 'true' } }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command}: exit code ${error.code}\n${stdout}\n${stderr}`));
    });
  });
}
