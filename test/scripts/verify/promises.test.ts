import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { MetricRecord, RecommendationRecord } from '../../../domain/model/records.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';
import type { MetricName } from '../../../domain/model/targets.ts';
import type { Findings } from '../../../scripts/verify/findings.ts';
import type { CheckName } from '../../../scripts/verify/problem.ts';
import { NAMED_TESTS, PROMISES } from '../../../scripts/verify/promises/all-promises.ts';
import { judge } from '../../../scripts/verify/promises/promise.ts';
import type { JudgedPromise } from '../../../scripts/verify/promises/promise.ts';
import type { WaveFacts } from '../../../scripts/verify/wave-facts.ts';
import { WAVE_FILES } from '../../../scripts/verify/wave-records.ts';
import { textOf } from '../../house/source-files.ts';

const NOTHING: Findings = { records: 0, problems: [], waves: [], runs: [], dryRuns: new Map() };
const STAMP = { execution_id: 'run', dry_run: false, timestamp: '2026-03-02T00:00:00.000Z' };

/** A wave that measured these values and nothing else, and chose this strategy. */
function wave(
  number: number,
  values: Partial<Record<MetricName, number>>,
  choice: Partial<RecommendationRecord>,
): WaveFacts {
  const metrics = (Object.entries(values) as [MetricName, number][]).map(([metric_name, value]): MetricRecord => ({
    ...STAMP,
    metric_name,
    wave: number,
    value,
    unit: 'ratio',
    target_value: DEFAULT_TARGETS[metric_name],
    status: value < DEFAULT_TARGETS[metric_name] ? 'warning' : 'normal',
    sample_size: 1,
    interval: null,
  }));
  const recommendation: RecommendationRecord = {
    ...STAMP,
    wave: number,
    strategy: 'balance_load',
    adjustments: {},
    expected_impact: null,
    confidence: 1,
    rationale: 'No strategy is eligible.',
    ...choice,
  };
  return {
    place: { execution_id: 'run', wave: number, dry_run: false, folder: `phase22/runs/run/wave_${number}` },
    targets: DEFAULT_TARGETS,
    metrics,
    side: { load_balance: 1, retry_rate: 0 },
    anomalies: [],
    score: null,
    status: 'NO_DATA',
    signals: [],
    recommendation,
    parameters: [],
    moves: [],
    sentSignals: [],
    rollouts: [],
    planned: {},
    counts: {
      attempts: 0,
      executed: 0,
      completed: 0,
      deadLetters: 0,
      deferred: 0,
      rejected: 0,
      confidenceMoved: 0,
      approvedByPeople: 0,
    },
  };
}

function judged(number: number, findings: Partial<Findings>): JudgedPromise {
  const promise = PROMISES.find((one) => one.number === number);
  assert.ok(promise);
  return judge(promise, { ...NOTHING, ...findings });
}

describe('the sixty promises', () => {
  it('are numbered from 1 to 60, each in words of its own', () => {
    assert.deepEqual(
      PROMISES.map(({ number }) => number),
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    assert.equal(new Set(PROMISES.map(({ words }) => words)).size, 60);
  });

  it('name tests that exist', () => {
    const missing = NAMED_TESTS.filter((name) => {
      const [path = '', title = ''] = name.split(' › ');
      if (!existsSync(path)) return true;
      const text = textOf(path);
      return !["'", '"', '`'].some((quote) => text.includes(`it(${quote}${title}${quote}`));
    });
    assert.deepEqual(missing, []);
  });

  it('rest on their tests where there is nothing to see', () => {
    for (const { number, test } of PROMISES) {
      const { kept, shown_by } = judged(number, {});
      assert.deepEqual([number, kept, shown_by], [number, true, test]);
    }
  });

  it('are broken by a problem that their check found, and name the place', () => {
    const broken = (check: CheckName) => {
      const problems = [{ check, file: 'phase22/a.jsonl', line: 3, problem: 'off' }];
      const found = PROMISES.map(({ number }) => judged(number, { problems })).filter(({ kept }) => !kept);
      for (const { number, shown_by } of found) if (number !== 1) assert.equal(shown_by, 'phase22/a.jsonl:3: off');
      return found.map(({ number }) => number);
    };
    assert.deepEqual(broken('gate'), [1, 44]);
    assert.deepEqual(broken('moves'), [1, 17, 18]);
    assert.deepEqual(broken('parameters'), [1, 3, 11, 12, 13, 14, 15]);
    assert.deepEqual(broken('feedback'), [1, 10, 19, 20, 21, 23]);
    assert.deepEqual(broken('ids'), [1, 46, 47, 55, 56]);
    assert.deepEqual(broken('measures').slice(-2), [38, 60]);
    for (const check of ['ledger', 'derived', 'schema', 'evidence', 'attempts'] as const) {
      assert.ok(broken(check).length > 1, check);
    }
  });

  it('hold a strategy against the measures of the wave before', () => {
    const chosen = (strategy: RecommendationRecord['strategy'], change: Partial<RecommendationRecord> = {}) => ({
      waves: [
        wave(1, { success_rate: 1, throughput: 20 }, {}),
        wave(2, {}, { strategy, adjustments: { speed_multiplier: 0.05 }, ...change }),
      ],
    });
    assert.ok(judged(7, chosen('maximize_throughput')).kept);
    assert.match(judged(40, chosen('maximize_throughput')).shown_by, /^wave 2 of run/);
    assert.ok(!judged(7, chosen('maximize_success')).kept);
    assert.ok(!judged(39, chosen('maximize_success')).kept);
    const pinned = { rationale: 'maximize_success is pinned by the run input.' };
    assert.match(judged(7, chosen('maximize_success', pinned)).shown_by, /^test\//);
    assert.ok(!judged(7, chosen('balance_load', { adjustments: {} })).kept);
    const healthy = [wave(1, { success_rate: 1, throughput: 40 }, {}), wave(2, {}, {})];
    assert.match(judged(7, { waves: healthy }).shown_by, /^1 wave/);
  });

  it('report a missed target and keep the promise to measure it', () => {
    const { kept, shown_by } = judged(60, { waves: [wave(1, { success_rate: 0.5, throughput: 40 }, {})] });
    assert.deepEqual([kept, shown_by], [true, '1 of 2 values meet their target; below: success_rate in wave 1 of run']);
  });

  it('want every part of a wave to leave its records', () => {
    const { kept, shown_by } = judged(5, { waves: [wave(1, { success_rate: 1 }, {})] });
    assert.deepEqual([kept, shown_by], [false, 'wave 1 of run lacks the tuning']);
  });

  it('want every kind of record of a dry run', () => {
    const folder = 'phase22/dry_runs/forecast/wave_1';
    const paths = WAVE_FILES.map((name) => `${folder}/${name}`);
    assert.ok(judged(45, { dryRuns: new Map([['forecast', paths]]) }).kept);
    const { kept, shown_by } = judged(45, { dryRuns: new Map([['forecast', paths.slice(0, -1)]]) });
    assert.deepEqual([kept, shown_by], [false, `${paths.at(-1)} is missing`]);
  });
});
