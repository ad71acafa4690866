import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LearningFigures } from '../../../bench/learning/figures.ts';
import {
  controlFigures,
  fleetFigures,
  ratioText,
  learningTable,
  type PairedRuns,
} from '../../../bench/learning/figures.ts';
import { FLEET_NAMES } from '../../../bench/learning/fleets.ts';
import { measureFleet } from '../../../bench/learning/measure.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TINY = { agents: 4, tasks: 16, waves: 4 };

async function bench(...flags: string[]): Promise<string> {
  const args = ['--import', 'tsx', 'bench/learning/learning.ts', '--agents', '4', '--tasks', '12', ...flags];
  return (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
}

describe('the learning experiment', function () {
  this.timeout(120_000);

  it('prints one line of JSON, the same each time, with the control beside it', async () => {
    const flags = ['--seeds', '2', '--waves', '2', '--fleet', 'heterogeneous', '--json'];
    const [first, second] = await Promise.all([bench(...flags), bench(...flags)]);
    assert.equal(first, second);
    assert.equal(first.trimEnd().split('\n').length, 1);
    const figures = JSON.parse(first) as LearningFigures;
    const { fleets, negative_control, ...rest } = figures;
    assert.deepEqual(rest, { seeds: 2, waves: 2, agents: 4, tasks: 12 });
    assert.deepEqual([Object.keys(fleets), Object.keys(negative_control)], [['heterogeneous'], ['heterogeneous']]);
    const fleet = fleets.heterogeneous!;
    const control = negative_control.heterogeneous!;
    for (const policy of [fleet, ...Object.values(fleet.baselines), control]) {
      const [low, high] = policy.ci!;
      assert.ok(low <= policy.oracle_ratio && policy.oracle_ratio <= high, JSON.stringify(policy));
      assert.ok(policy.first_attempt_success > 0 && policy.first_attempt_success <= 1, JSON.stringify(policy));
      assert.ok(Number.isInteger(policy.lost), JSON.stringify(policy));
    }
  });

  it('tells people', async () => {
    const stdout = await bench('--seeds', '1', '--waves', '1', '--fleet', 'heterogeneous');
    assert.match(stdout, /│ heterogeneous +│/);
    assert.match(stdout, /^Shuffled feedback, heterogeneous: /m);
  });

  for (const name of FLEET_NAMES) {
    // Where all agents are alike there is nothing to know, and a plan that is never touched may do a little better.
    const slack = name === 'homogeneous' ? 1.05 : 1;
    it(`an oracle is no slower than a static plan on the ${name} fleet`, () => {
      const runs = measureFleet(name, ['oracle', 'static'], [1, 2, 3], TINY);
      const total = (all: { makespanMs: number }[] = []) => all.reduce((sum, run) => sum + run.makespanMs, 0);
      assert.ok(total(runs.oracle) <= slack * total(runs.static), `${total(runs.oracle)} > ${total(runs.static)}`);
    });
  }

  describe('its figures', () => {
    const run = (makespanMs: number, lost = 0) => ({ makespanMs, lost, firstSuccesses: 8, attempted: 10 });
    const runs: PairedRuns = Object.fromEntries([
      ['oracle', [run(100), run(200)]],
      ['ours', [run(110), run(240)]],
      ['static', [run(200), run(400)]],
      ['round_robin', [run(300), run(600)]],
      ['rules', [run(220), run(300, 3)]],
      ['rebalanced', [run(150), run(300)]],
      ['rules_rebalanced', [run(120), run(250)]],
      ['shuffled', [run(220), run(360)]],
    ]);

    it('pair the seeds: a mean of ratios, not a ratio of means', () => {
      const figures = fleetFigures('outage', runs);
      // 1.1 and 1.2: mean 1.15, standard error 0.05, t = 12.706 with one degree of freedom.
      assert.ok(Math.abs(figures.oracle_ratio - 1.15) < 1e-12);
      assert.ok(Math.abs(figures.ci![1] - (1.15 + 12.706 * 0.05)) < 1e-9);
      // 110 ÷ 220 and 240 ÷ 300.
      assert.ok(Math.abs(figures.vs_rules - 0.65) < 1e-12);
      assert.ok(Math.abs(figures.vs_rebalanced - (110 / 150 + 240 / 300) / 2) < 1e-12);
      assert.equal(figures.first_attempt_success, 0.8);
      assert.deepEqual([figures.baselines.static.oracle_ratio, figures.baselines.rules.lost], [2, 3]);
    });

    it('hold the upper ends of the intervals against the marks', () => {
      const { met } = fleetFigures('outage', runs);
      assert.deepEqual(met, { oracle_ratio: false, vs_rules: false, lost: true, first_attempt_success: null });
      const close = { ...runs, ours: [run(105), run(210, 1)], rules: [run(210), run(420)] };
      const rest = { oracle_ratio: true, first_attempt_success: null };
      assert.deepEqual(fleetFigures('outage', close).met, { ...rest, vs_rules: true, lost: false });
      assert.deepEqual(fleetFigures('homogeneous', close).met, { ...rest, vs_rules: null, lost: null });
    });

    it('judge nothing by one seed, which has no interval', () => {
      const one = Object.fromEntries(Object.entries(runs).map(([policy, all]) => [policy, all.slice(0, 1)]));
      const { met, ci, vs_rules_ci, baselines } = fleetFigures('heterogeneous', one);
      assert.deepEqual([met.oracle_ratio, met.vs_rules], [null, null]);
      assert.deepEqual([ci, vs_rules_ci, baselines.rules.ci], [null, null, null]);
      assert.equal(ratioText(1.1, ci), '1.100 (one seed)');
    });

    it('ask of a pinned strategy only its first attempts', () => {
      const pinned = (firstSuccesses: number) => ({
        ...runs,
        maximize_success: [
          { ...run(100), firstSuccesses },
          { ...run(200), firstSuccesses },
        ],
      });
      const met = (of: PairedRuns) => fleetFigures('flaky', of).met.first_attempt_success;
      assert.deepEqual([met(runs), met(pinned(8)), met(pinned(7))], [null, true, false]);
      const uneven = { ...runs, maximize_success: [{ ...run(100), firstSuccesses: 9 }, run(200)] };
      const gain = fleetFigures('flaky', uneven).maximize_success!.first_attempt_gain;
      assert.ok(Math.abs(gain - 0.05) < 1e-12);
      assert.equal(met(uneven), false, 'two seeds cannot tell it from none');
    });

    it('call a control worse only where its whole interval is', () => {
      // 2 and 1.5 times ours, which two pairs cannot tell from 1; twice and twice they can.
      assert.equal(controlFigures('outage', runs).worse, false);
      const clear = controlFigures('outage', { ...runs, shuffled: [run(220), run(480)] });
      assert.deepEqual([clear.vs_ours, clear.worse, clear.passes_mark], [2, true, false]);
    });

    it('say nothing of a control by one seed, and no ratio below 0 by two', () => {
      const first = Object.fromEntries(Object.entries(runs).map(([name, list]) => [name, list.slice(0, 1)]));
      const { worse, passes_mark } = controlFigures('outage', first);
      assert.deepEqual([worse, passes_mark], [null, null]);
      assert.equal(controlFigures('outage', { ...runs, shuffled: [run(10), run(900)] }).ci?.[0], 0);
    });

    it('tell in the table what a control proves', () => {
      const verdict = (shuffled: ReturnType<typeof run>[], count = 2) => {
        const all = Object.fromEntries(
          Object.entries({ ...runs, shuffled }).map(([name, list]) => [name, list.slice(0, count)]),
        );
        const negative_control = { outage: controlFigures('outage', all) };
        return learningTable({ seeds: count, waves: 1, agents: 2, tasks: 1, fleets: {}, negative_control });
      };
      assert.match(verdict([run(220), run(480)]), /\(worse, as it must be\)/);
      assert.match(verdict([run(220), run(300)]), /\(worse, but not surely: take more seeds\)/);
      assert.match(verdict([run(100), run(200)]), /\(not worse: the experiment proves nothing\)/);
      assert.match(verdict([run(220), run(480)], 1), /\(one seed tells nothing\)/);
    });
  });
});
