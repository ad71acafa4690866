import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../../scripts/cli.ts';
import { writeDemoDataset } from '../../../store/demo-dataset.ts';
import { Damage, first } from './damage.ts';
import { DECISIONS } from './seeded.ts';
import { simulatedRun } from './simulated-run.ts';

interface Json {
  ok: boolean;
  records: number;
  problems: { file: string; line: number; problem: string }[];
  promises: Record<string, { kept: boolean; shown_by: string }>;
  waves: { wave: number; metrics: Record<string, { value: number | null; target: number }> }[];
}

/** What the program prints and how it ends, run in this very process. */
async function commandLine(
  args: string[],
  dataRoot: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { log, error } = console;
  const write = process.stderr.write.bind(process.stderr);
  const exitCode = process.exitCode;
  const said = { stdout: '', stderr: '' };
  console.log = (text: string) => void (said.stdout += `${text}\n`);
  console.error = (text: string) => void (said.stderr += `${text}\n`);
  process.stderr.write = (text: string | Uint8Array) => ((said.stderr += String(text)), true);
  process.env.WAVEWRIGHT_DATA = dataRoot;
  try {
    await main(['node', 'wavewright', ...args]);
    return { code: Number(process.exitCode), ...said };
  } finally {
    Object.assign(console, { log, error });
    process.stderr.write = write;
    process.exitCode = exitCode;
    delete process.env.WAVEWRIGHT_DATA;
  }
}

describe('wavewright verify', function () {
  this.timeout(60_000);
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wavewright-verify-command-'));
  const verify = (...args: string[]) => commandLine(['verify', ...args], root);

  before(async () => {
    await writeDemoDataset(join(root, 'demo'), { waves: 2, tasks: 20, agents: 2, seed: 22 });
    await simulatedRun(root, 'first', { dryRun: false });
    await writeDemoDataset(join(root, 'fresh'), { waves: 1, tasks: 4, agents: 1, seed: 1 });
  });
  after(() => rmSync(root, { recursive: true }));

  it('shows waves with targets, every promise, and a verdict; as JSON when asked', async () => {
    const text = await verify();
    const json = await verify('demo', '--json', '--run', 'first');
    const lines = text.stdout.trimEnd().split('\n');
    assert.equal(text.code, 0, text.stdout + text.stderr);
    assert.match(lines[0] ?? '', /^first wave 1: health [\d.]+ [A-Z]+; success_rate [\d.]+ [<≥] 0\.9, throughput /);
    assert.equal(lines.filter((line) => /^ {2}[ \d]\d kept {5}\S/.test(line)).length, 60);
    assert.match(lines.at(-1) ?? '', /^All is well in demo: \d+ records, all 60 promises kept/);

    assert.equal(json.code, 0);
    const report = JSON.parse(json.stdout) as Json;
    assert.deepEqual(Object.keys(report), ['ok', 'records', 'problems', 'promises', 'waves']);
    assert.deepEqual([report.ok, report.problems, Object.keys(report.promises).length], [true, [], 60]);
    assert.deepEqual(Object.keys(report.promises['44'] ?? {}), ['kept', 'shown_by']);
    assert.equal(report.waves[1]?.metrics['throughput']?.target, 35);
  });

  it('ends with 2 on bad usage and an unknown dataset, with 4 on an unknown run', async () => {
    const cases = [
      await verify('nowhere'),
      await verify('--run', 'a', '--dry-run', 'b'),
      await verify('--run', '../first'),
      await verify('--run', 'other'),
      await verify('--dry-run', 'first'),
    ];
    assert.deepEqual(
      cases.map(({ code }) => code),
      [2, 2, 2, 4, 4],
    );
    assert.match(cases[0]?.stderr ?? '', /there are demo, fresh/);
    assert.match(cases[3]?.stderr ?? '', /no live run other/);
  });

  it('says that there is no run where there is none, and finds nothing off', async () => {
    const { code, stdout } = await verify('fresh');
    assert.equal(code, 0);
    assert.match(stdout, /no live run has committed a wave yet/);
    assert.match(stdout.trimEnd().split('\n').at(-1) ?? '', /there is no run to verify: start one/);
  });

  it('ends with 1 and names file and line where something is off', async () => {
    new Damage(join(root, 'demo')).rows(DECISIONS, (rows) => void (first(rows)['confidence'] = 0));
    const { code, stdout } = await verify();
    assert.equal(code, 1);
    assert.ok(stdout.includes(`${DECISIONS}:1: task `), stdout);
    assert.match(stdout, /^ {2}44 not kept /m);
    assert.match(stdout.trimEnd().split('\n').at(-1) ?? '', /^Something is off in demo: .* restore what was changed/);
  });
});
