import assert from 'node:assert/strict';
import { controlText, estimatesTable, pinnedText, ratiosTable } from '../../../bench/learning/docs-tables.ts';
import type { FleetFigures } from '../../../bench/learning/figures.ts';
import { BASELINE_NAMES } from '../../../bench/learning/policies.ts';
import { waveChartSvg } from '../../../bench/learning/wave-chart.ts';

describe('the tables and pictures of docs/learning.md', () => {
  it('name a mark that is missed', () => {
    const policy = { oracle_ratio: 2, ci: [1.9, 2.1] as [number, number], lost: 0, first_attempt_success: 0.9 };
    const figures: FleetFigures = {
      ...policy,
      vs_rules: 0.5,
      vs_rules_ci: [0.4, 0.6],
      vs_rebalanced: 0.8,
      vs_rebalanced_ci: [0.7, 0.9],
      marks: { oracle_ratio: 1.1, vs_rules: 0.75 },
      met: { oracle_ratio: false, vs_rules: true, lost: null, first_attempt_success: false },
      oracle: { lost: 0, first_attempt_success: 0.9 },
      maximize_success: {
        ...policy,
        first_attempt_success: 0.8,
        first_attempt_gain: -0.1,
        first_attempt_gain_ci: [-0.15, -0.05],
      },
      baselines: Object.fromEntries(BASELINE_NAMES.map((name) => [name, policy])) as FleetFigures['baselines'],
    };
    const [, , row] = ratiosTable([['flaky', figures]]).split('\n');
    assert.match(
      row!,
      /^\| `flaky` \| 2\.000 \(1\.900–2\.100\) \| ≤ 1\.10: \*\*missed\*\* \|.*\| 0\.500 \(0\.400–0\.600\) \| 0\.800 \(0\.700–0\.900\) \|$/,
    );
    assert.match(
      pinnedText([['flaky', figures]]),
      /0\.800 of tasks .*, \*\*not surely as many as\*\* the rules' 0\.900 \(−0\.100, −0\.150 to −0\.050 on the mean of the seeds\)/,
    );
    const control = {
      ...policy,
      vs_ours: 1,
      vs_ours_ci: [0.9, 1.1] as [number, number],
      worse: false,
      passes_mark: false,
    };
    assert.match(controlText([['flaky', control]]), /\*\*It should do worse\.\*\*/);
  });

  it('have a column per policy', () => {
    const one = { mean: 1.5, ci: [1, 2] as [number, number] };
    assert.match(
      estimatesTable('Fleet', [['flaky', { no_tuning: one }]]),
      /`no_tuning`[^]*\| `flaky` \| 1\.500 \(1\.000–2\.000\) \|/,
    );
  });

  it('break a curve where there is no data', () => {
    const svg = waveChartSvg({
      title: 'a < b',
      unit: 'u',
      from: 0,
      to: 1,
      series: [{ label: 'one', values: [0.5, null, 0.5, 1] }],
      below: [],
    });
    assert.match(svg, /<title>a &lt; b<\/title>/);
    assert.match(svg, / d="M[\d.]+ [\d.]+h6M[\d.]+ [\d.]+L[\d.]+ 44"/);
  });
});
