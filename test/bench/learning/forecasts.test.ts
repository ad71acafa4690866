import assert from 'node:assert/strict';
import { coverageOf, scoreRun } from '../../../bench/learning/forecast-coverage.ts';
import { calibrateForecasts } from '../../../domain/simulation/forecast-score.ts';

const SMALL = { size: { agents: 4, tasks: 20, waves: 8 }, fromWave: 3, maxAttempts: 6 };

describe('forecasts of simulated runs', function () {
  this.timeout(240_000);

  it('hold about as often as they say, once something is known of the agents', () => {
    const { waves, inside_80, inside_95 } = coverageOf('heterogeneous', [1, 2, 3, 4, 5], SMALL);
    assert.equal(waves, 30);
    for (const quantity of ['makespan_ms', 'throughput'] as const) {
      const [eighty, ninetyFive] = [inside_80[quantity]!, inside_95[quantity]!];
      assert.ok(eighty >= 0.6 && eighty <= 0.97, `${quantity}: ${eighty} inside 80 %`);
      assert.ok(ninetyFive >= eighty && ninetyFive >= 0.8, `${quantity}: ${ninetyFive} inside 95 %`);
    }
    assert.equal(inside_80.approval_tasks, null, 'nobody is asked here');
  });

  it('of one attempt per task say how many tasks will complete', () => {
    const scores = [1, 2, 3].flatMap((seed) => scoreRun('flaky', seed, { ...SMALL, maxAttempts: 1 }).slice(2));
    const { completed } = calibrateForecasts(scores);
    assert.ok(completed.inside_80! >= 0.6, `${completed.inside_80}`);
    const spans = scores.map(({ completed: score }) => score!.forecast.interval_80);
    assert.ok(
      spans.every(([low, high]) => high > low),
      'the intervals say something',
    );
  });
});
