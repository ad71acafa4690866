import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Findings } from '../../../scripts/verify/findings.ts';
import type { Problem } from '../../../scripts/verify/problem.ts';
import { verifyDataset, verifyDryRun } from '../../../scripts/verify/verify-dataset.ts';
import { reportOn } from '../../../scripts/verify/verify-report.ts';
import { localArtifacts } from '../../../store/artifacts/local-artifacts.ts';
import { writeDemoDataset } from '../../../store/demo-dataset.ts';
import { Damage, first } from './damage.ts';
import { SEEDED_FILES } from './seeded-files.ts';
import { SEEDED_WORK } from './seeded-work.ts';
import { OUTCOMES } from './seeded.ts';
import { simulatedRun } from './simulated-run.ts';

describe('verifying a dataset', function () {
  this.timeout(60_000);
  const parent = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wavewright-verify-'));
  const sound = join(parent, 'demo');
  const copy = join(parent, 'damaged');
  const verify = (root: string, only: string | null = null) =>
    verifyDataset(localArtifacts(root), only, () => undefined);

  before(async () => {
    await writeDemoDataset(sound, { waves: 2, tasks: 40, agents: 3, seed: 22 });
    await simulatedRun(parent, 'first', { dryRun: false });
    await simulatedRun(parent, 'second', { dryRun: false, rerun: true, waves: 1 });
    await simulatedRun(parent, 'forecast', { waves: 1 });
  });
  after(() => rmSync(parent, { recursive: true }));
  beforeEach(() => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(sound, copy, { recursive: true });
  });

  it('finds nothing off in what the activities write, and every promise kept', async () => {
    const findings = known(await verify(sound));
    assert.deepEqual(findings.problems, []);
    assert.deepEqual(
      findings.waves.map(({ place, counts }) => [place.execution_id, place.wave, counts.executed]),
      [
        ['first', 1, 40],
        ['first', 2, 40],
        ['second', 1, 40],
      ],
    );
    const report = reportOn(findings);
    assert.deepEqual(
      report.promises.filter(({ kept }) => !kept),
      [],
    );
    assert.ok(report.ok);
  });

  it('changes nothing on disk', async () => {
    const before = await fingerprint(copy);
    rmSync(join(copy, 'phase22/metrics.jsonl'));
    const damaged = await fingerprint(copy);
    assert.notDeepEqual(damaged, before);
    await verify(copy);
    await verifyDryRun(localArtifacts(copy), 'forecast', () => undefined);
    assert.deepEqual(await fingerprint(copy), damaged);
  });

  it('takes one run when asked, and knows no run that the ledger does not', async () => {
    const findings = known(await verify(sound, 'second'));
    assert.deepEqual(
      findings.waves.map(({ place }) => place.execution_id),
      ['second'],
    );
    assert.deepEqual(findings.problems, []);
    assert.equal(await verify(sound, 'forecast'), null);
  });

  it('finds nothing off where no run has been', async () => {
    const empty = join(parent, 'empty');
    await writeDemoDataset(empty, { waves: 1, tasks: 4, agents: 1, seed: 1 });
    const report = reportOn(known(await verify(empty)));
    assert.deepEqual([report.ok, report.records, report.waves.length], [true, 0, 0]);
  });

  it('verifies a dry run in its own folder', async () => {
    const findings = known(await verifyDryRun(localArtifacts(sound), 'forecast', () => undefined));
    assert.deepEqual(findings.problems, []);
    assert.deepEqual(
      findings.waves.map(({ place }) => [place.wave, place.dry_run]),
      [[1, true]],
    );
    assert.ok(reportOn(findings).ok);
    assert.equal(await verifyDryRun(localArtifacts(sound), 'first', () => undefined), null);
  });

  it('finds what is off in a dry run', async () => {
    const folder = 'phase22/dry_runs/forecast/wave_1/records';
    const hand = new Damage(copy);
    hand.rows(`${folder}/metrics.jsonl`, (rows) => void (first(rows)['value'] = 0.5));
    rmSync(join(copy, folder, 'schedule_moves.jsonl'));
    writeFileSync(join(copy, folder, 'more.jsonl'), '');
    const { problems } = known(await verifyDryRun(localArtifacts(copy), 'forecast', () => undefined));
    assert.deepEqual(problems.map(({ check, file }) => `${check} ${file.slice(folder.length + 1)}`).sort(), [
      'measures metrics.jsonl',
      'schema more.jsonl',
      'schema schedule_moves.jsonl',
    ]);
  });

  for (const { check, title, damage, file, says } of [...SEEDED_FILES, ...SEEDED_WORK]) {
    it(`catches ${title} (${check})`, async () => {
      damage(new Damage(copy));
      const findings = known(await verify(copy));
      const found = findings.problems.filter((problem) => problem.check === check && problem.file === file);
      assert.ok(
        found.some(({ problem }) => says.test(problem)),
        shown(findings.problems),
      );
      assert.ok(!reportOn(findings).ok);
    });
  }

  it('names the line', async () => {
    new Damage(copy).rows(OUTCOMES, (rows) => void (rows[2] = { ...rows[2], execution_time_ms: 1 }));
    const { problems } = known(await verify(copy));
    assert.deepEqual(problems.filter(({ check }) => check === 'measures').map(({ line }) => line)[0], 3);
  });
});

function known(findings: Findings | null): Findings {
  assert.ok(findings);
  return findings;
}

function shown(problems: Problem[]): string {
  return problems.map(({ check, file, line, problem }) => `${check} ${file}:${line}: ${problem}`).join('\n');
}

/** Every file with its bytes' digest and time of change. */
async function fingerprint(root: string): Promise<string[]> {
  const paths = await localArtifacts(root).list('');
  return paths.map((path) => {
    const file = join(root, path);
    return `${path} ${createHash('sha256').update(readFileSync(file)).digest('hex')} ${statSync(file).mtimeMs}`;
  });
}
