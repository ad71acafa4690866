import assert from 'node:assert/strict';
import { replaceSection } from '../../../bench/docs/sections.ts';
import { generatedTable, publishedTable } from '../../../bench/scheduling/docs-tables.ts';
import { gapChartSvg, ticksAround } from '../../../bench/scheduling/gap-chart.ts';
import { gapAt, logarithmicTimes, meanCurve } from '../../../bench/scheduling/gap-curve.ts';
import type { InstanceResult } from '../../../bench/scheduling/measure.ts';
import { PUBLISHED, publishedMeanGap } from '../../../bench/scheduling/published.ts';

function result(name: string, boundMs: number, steps: [seconds: number, makespanMs: number][]): InstanceResult {
  const makespanMs = steps.at(-1)![1];
  return {
    name,
    agentOf: [],
    prices: [],
    boundMs,
    makespanMs,
    gap: makespanMs / boundMs - 1,
    seconds: 10,
    steps: steps.map(([seconds, ms]) => ({ seconds, makespanMs: ms })),
    baselines: new Map([['min_min', 0.5]]),
  };
}

const X = result('x', 100, [
  [0.5, 150],
  [2, 125],
]);
const Y = result('y', 100, [[1, 200]]);

describe('gaps over time', () => {
  it('are those of the last schedule found by then', () => {
    assert.deepEqual(
      [0.5, 1.9, 2, 9].map((seconds) => gapAt(X, seconds)),
      [0.5, 0.5, 0.25, 0.25],
    );
    assert.ok(Number.isNaN(gapAt(X, 0.4)));
  });

  it('have a mean once every instance has a schedule', () => {
    assert.deepEqual(meanCurve([X, Y], [0.5, 1, 2]), [
      { seconds: 1, gap: 0.75 },
      { seconds: 2, gap: 0.625 },
    ]);
  });

  it('are asked for at times that are even on a logarithmic scale', () => {
    assert.deepEqual(
      logarithmicTimes(0.01, 1, 3).map((seconds) => Number(seconds.toFixed(9))),
      [0.01, 0.1, 1],
    );
  });
});

describe('the chart of gaps', () => {
  it('has ticks of 1, 2 and 5 around what it shows', () => {
    assert.deepEqual(ticksAround(0.003, 0.04), [0.002, 0.005, 0.01, 0.02, 0.05]);
    assert.deepEqual(ticksAround(0.05, 10), [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]);
    assert.deepEqual(ticksAround(0.05, 0.05), [0.05, 0.1]);
  });

  it('draws a line across until a better schedule is found, and names every line and axis', () => {
    const svg = gapChartSvg({
      title: 'x < y & z',
      curves: [{ label: 'consistent', points: [0.1, 0.01].map((gap, at) => ({ seconds: 10 ** (at - 1), gap })) }],
      references: [{ label: 'Min-min', gap: 0.1 }],
      from: 0.1,
      to: 10,
    });
    // Two decades over 440 pixels from 70; gaps of 10 % and 1 % are top (44) and bottom (344).
    assert.match(svg, /<path class="curve c0" d="M70 44H290V344"\/>/);
    assert.match(svg, /<line class="reference r0" x1="70" y1="44" x2="510" y2="44"\/>/);
    for (const words of ['consistent', 'Min-min', '10 %', 'time, seconds (logarithmic)', 'gap to the certificate']) {
      assert.ok(svg.includes(`>${words}</text>`), words);
    }
    assert.ok(svg.includes('x &lt; y &amp; z') && svg.includes('prefers-color-scheme: dark'));
  });
});

describe('the tables of the documentation', () => {
  it('have gaps after each time, those of the baselines, means and largest', () => {
    const rows = generatedTable([X, Y], [1, 2]).split('\n');
    assert.match(rows[0]!, /^\| Instance \| 1 s \| 2 s \| Min-min \|/);
    assert.match(rows[2]!, /^\| `x` \| 50\.0 % \| 25\.0 % \| 50\.0 % \|/);
    assert.match(rows[4]!, /^\| mean \| 75\.0 % \| 62\.5 % \| 50\.0 % \|/);
    assert.match(rows[5]!, /^\| largest \| 100\.0 % \| 100\.0 % \| 50\.0 % \|/);
  });

  it('have a dash where there was no schedule yet', () => {
    const rows = generatedTable([X, Y], [0.5]).split('\n');
    assert.deepEqual(
      [2, 3, 4].map((at) => rows[at]!.split('|')[2]!.trim()),
      ['50.0 %', '–', '–'],
    );
  });

  it('set published figures beside ours, as gaps to the linear program', () => {
    const { lp } = PUBLISHED.get('u_i_lolo')!;
    const ours = result('u_i_lolo', 0.999 * lp, [[1, 1.01 * lp]]);
    const [head, , row, ...rest] = publishedTable([ours, X], [1]).split('\n');
    assert.equal(head, '| Instance | LP bound | Our certificate | 1 s | CPR, 10 s | MS, best known | Min-min |');
    // 2535.0, 2533.4 and 2785.6 against 2529.0.
    assert.equal(row, '| `u_i_lolo` | 2529.0 | 2526.5 | 1.00 % | 0.24 % | 0.17 % | 10.1 % |');
    assert.equal(rest.length, 2, 'mean and largest, and no row for an instance that is not published');
    assert.ok(Math.abs(publishedMeanGap(['u_i_lolo', 'x'], 'cpr') - 6 / 2529) < 1e-12);
  });

  it('know the means of the twelve: 14.0 % by Min-min, 0.32 % by CPR, 0.25 % at best', () => {
    const means = (['minMin', 'cpr', 'ms'] as const).map((which) => publishedMeanGap([...PUBLISHED.keys()], which));
    assert.deepEqual(
      means.map((gap) => (100 * gap).toFixed(2)),
      ['14.00', '0.32', '0.25'],
    );
  });

  it('are put between their markers, and nowhere else', () => {
    const document = 'a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb\n';
    assert.equal(replaceSection('d.md', document, 'x', 'new'), 'a\n<!-- bench:x -->\n\nnew\n\n<!-- /bench:x -->\nb\n');
    const message = 'd.md: no section found, expected <!-- bench:y --> … <!-- /bench:y -->';
    assert.throws(() => replaceSection('d.md', document, 'y', 'new'), { message });
  });
});
