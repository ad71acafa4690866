import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  nextStep,
  schedulingFigures,
  schedulingTable,
  type SchedulingFigures,
} from '../../../bench/scheduling/figures.ts';
import type { LargeFigures } from '../../../bench/scheduling/large.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Tiny instances, and steps instead of time. */
const TINY = ['--tasks', '24', '--agents', '3', '--evaluations', '2000', '--seed', '5'];

async function bench(...flags: string[]): Promise<{ stdout: string; stderr: string }> {
  const args = ['--import', 'tsx', 'bench/scheduling/scheduling.ts', ...TINY, ...flags];
  return await promisify(execFile)(process.execPath, args, { cwd: ROOT });
}

describe('the benchmark of scheduling', function () {
  this.timeout(120_000);

  it('prints one line of JSON with the twelve classes and every baseline, the same each time', async () => {
    const [first, second] = await Promise.all([bench('--json'), bench('--json')]);
    assert.equal(first.stdout.trimEnd().split('\n').length, 1);
    const figures = JSON.parse(first.stdout) as SchedulingFigures;
    assert.deepEqual(Object.keys(figures), ['instances', 'mean_gap', 'max_gap', 'baselines']);
    assert.equal(figures.instances.length, 12);
    for (const instance of figures.instances) {
      assert.deepEqual(Object.keys(instance), ['name', 'lower_bound', 'makespan', 'gap', 'seconds']);
      const { lower_bound, makespan, gap } = instance;
      assert.ok(lower_bound > 0 && Math.abs(gap - (makespan / lower_bound - 1)) < 1e-9, JSON.stringify(instance));
    }
    const names = ['random', 'round_robin', 'olb', 'max_min', 'mct', 'lpt_mct', 'sufferage', 'min_min'];
    assert.deepEqual(Object.keys(figures.baselines), names);
    for (const summary of Object.values(figures.baselines)) assert.ok(summary.max_gap >= summary.mean_gap);
    const untimed = ({ stdout }: { stdout: string }) => stdout.replace(/"seconds":[\d.]+/g, '');
    assert.equal(untimed(first), untimed(second));
    assert.equal(first.stderr.match(/^u_\w+: gap [\d.]+ % after [\d.]+ s \(\d+ of 12\)$/gm)?.length, 12);
  });

  it('solves one instance for people, and says what to do next', async () => {
    const { stdout } = await bench('--only', 'u_s_lohi');
    assert.match(stdout, /│ u_s_lohi +│/);
    assert.match(stdout, /see what more time gives: npm run -s bench:scheduling -- .*--only u_s_lohi --seconds 10\n$/);
  });

  it('refuses an instance that is not there', async () => {
    await assert.rejects(bench('--only', 'u_x'), /--only u_x: no such instance, expected one of u_c_hihi, /);
  });

  it('measures a large instance in a process of its own', async () => {
    const { stdout } = await bench('--large', '--json');
    const figures = JSON.parse(stdout) as LargeFigures;
    assert.deepEqual(Object.keys(figures), ['seconds', 'rss_mb', 'gap', 'lpt_seconds', 'lpt_gap', 'ratio', 'wave']);
    const { wave, ...solver } = figures;
    for (const [name, value] of Object.entries({ ...solver, ...wave }))
      assert.ok(Number.isFinite(value) && value >= 0, name);
  });

  describe('its figures', () => {
    const result = (name: string, makespanMs: number, minMin: number) => {
      const gap = makespanMs / 100 - 1;
      return {
        name,
        boundMs: 100,
        makespanMs,
        gap,
        seconds: 1.23456,
        agentOf: [],
        prices: [],
        steps: [],
        baselines: new Map([['min_min', minMin]]),
      };
    };
    const figures = schedulingFigures([result('x', 125, 0.5), result('y', 150, 1.5)]);

    it('are means and largest gaps', () => {
      assert.deepEqual(figures, {
        instances: [
          { name: 'x', lower_bound: 100, makespan: 125, gap: 0.25, seconds: 1.235 },
          { name: 'y', lower_bound: 100, makespan: 150, gap: 0.5, seconds: 1.235 },
        ],
        mean_gap: 0.375,
        max_gap: 0.5,
        baselines: { min_min: { mean_gap: 1, max_gap: 1.5 } },
      });
    });

    it('are told to people', () => {
      assert.match(schedulingTable(figures), /│ x +│ 100\.0 +│ 125\.0 +│ 25\.0 % +│ 1\.24 +│/);
      assert.match(schedulingTable(figures), /│ min_min +│ 100\.0 % +│ 150\.0 % +│/);
      assert.equal(
        nextStep(figures, 2, ['--seed', '5']),
        'The largest gap is 50.0 % on y; see what more time gives: npm run -s bench:scheduling -- --seed 5 --only y --seconds 20',
      );
    });
  });
});
