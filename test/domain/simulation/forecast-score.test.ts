import assert from 'node:assert/strict';
import type { ForecastValues } from '../../../domain/model/forecast.ts';
import type { ActualValues } from '../../../domain/simulation/forecast-score.ts';
import { calibrateForecasts, scoreValues } from '../../../domain/simulation/forecast-score.ts';
import { quantile, summarise } from '../../../domain/simulation/forecast-value.ts';
import { seededRandom } from '../../../domain/model/random.ts';

describe('quantiles of replicas', () => {
  const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  it('lie at share × (n + 1), interpolated, and never beyond what was drawn', () => {
    assert.equal(quantile(nine, 0.1), 1);
    assert.equal(quantile(nine, 0.9), 9);
    assert.equal(quantile(nine, 0.25), 2.5);
    assert.equal(quantile(nine, 0.025), 1);
    assert.equal(quantile([7], 0.9), 7);
    assert.deepEqual(summarise([9, 1, 3, 2, 8, 5, 4, 7, 6]), { median: 5, interval: [1, 9], interval_80: [1, 9] });
  });

  it('hold one more draw as often as they say', () => {
    const random = seededRandom('quantiles');
    const inside = { eighty: 0, ninetyFive: 0 };
    const times = 4_000;
    for (let time = 0; time < times; time++) {
      const { interval, interval_80 } = summarise(Array.from({ length: 40 }, () => -Math.log(1 - random())));
      const next = -Math.log(1 - random());
      inside.eighty += next >= interval_80[0] && next <= interval_80[1] ? 1 : 0;
      inside.ninetyFive += next >= interval[0] && next <= interval[1] ? 1 : 0;
    }
    assert.ok(Math.abs(inside.eighty / times - 0.8) < 0.02, `${inside.eighty / times}`);
    assert.ok(Math.abs(inside.ninetyFive / times - 0.95) < 0.015, `${inside.ninetyFive / times}`);
  });
});

describe('scores of forecasts', () => {
  const value = { median: 10, interval: [4, 20] as [number, number], interval_80: [6, 15] as [number, number] };
  const none = { median: 0, interval: [0, 0] as [number, number], interval_80: [0, 0] as [number, number] };
  const forecast: ForecastValues = {
    makespan_ms: value,
    success_rate: null,
    throughput: value,
    completed: value,
    approval_requests: none,
    approval_tasks: none,
  };
  const actual: ActualValues = {
    makespan_ms: 15,
    success_rate: 0.9,
    throughput: 16,
    completed: 3,
    approval_requests: 0,
    approval_tasks: 1,
  };

  it('say in which interval the outcome lies, ends included', () => {
    const scores = scoreValues(forecast, actual);
    const inside = (score: typeof scores.completed) => score && [score.inside_80, score.inside];
    assert.deepEqual(inside(scores.makespan_ms), [true, true]);
    assert.deepEqual(inside(scores.throughput), [false, true]);
    assert.deepEqual(inside(scores.completed), [false, false]);
  });

  it('are none where there is no value, and where nobody was to be asked and nobody was', () => {
    const scores = scoreValues(forecast, actual);
    assert.equal(scores.success_rate, null);
    assert.equal(scores.approval_requests, null);
    assert.deepEqual(scores.approval_tasks, { forecast: none, actual: 1, inside: false, inside_80: false });
    assert.equal(scoreValues(forecast, { ...actual, throughput: null }).throughput, null);
  });

  it('add up to the share of waves inside, over the waves that have a score', () => {
    const waves = [15, 16, 3].map((makespan_ms) => scoreValues(forecast, { ...actual, makespan_ms }));
    const calibration = calibrateForecasts(waves);
    assert.deepEqual(calibration.makespan_ms, { waves: 3, inside_80: 1 / 3, inside_95: 2 / 3 });
    assert.deepEqual(calibration.success_rate, { waves: 0, inside_80: null, inside_95: null });
    assert.deepEqual(calibrateForecasts([]).completed, { waves: 0, inside_80: null, inside_95: null });
  });
});
