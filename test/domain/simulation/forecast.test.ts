import assert from 'node:assert/strict';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { forecastWave } from '../../../domain/simulation/forecast.ts';
import { modelAttempts } from '../../../domain/simulation/model-attempts.ts';
import { rollOut } from '../../../domain/simulation/rollout.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { agent, estimator, settings, smallWave, task, tasks } from '../../simulation/small-wave.ts';

describe('forecast', () => {
  const input = smallWave({
    tasks: [...tasks(20), task('h', { risk_level: 'HIGH' })],
    estimate: estimator({ predicted_success: 0.95 }),
    approveAfterMs: 1_000,
  });

  it('holds the replica that stands for the wave, and says what was asked of people', () => {
    const { wave, forecast } = forecastWave(input, 'digest');
    const { model: _, ...rest } = input;
    assert.equal(JSON.stringify(wave), JSON.stringify(simulateWave({ ...rest, model: modelAttempts(22, 0) })));
    assert.deepEqual([forecast.tasks, forecast.tasks_sha256, forecast.replicas], [21, 'digest', 20]);
    assert.deepEqual(
      forecast.approvals.map(({ request, tasks: count }) => [request, count]),
      [['w1-g2', 1]],
    );
  });

  it('has medians within intervals, and intervals that say something', () => {
    const { forecast } = forecastWave(input, '');
    assert.ok(forecast.success_rate);
    const values = [forecast.makespan_ms, forecast.success_rate, forecast.completed];
    values.push(...forecast.agents.flatMap((one) => [one.tasks, one.busy_ms]));
    for (const { median, interval } of values) assert.ok(interval[0] <= median && median <= interval[1]);
    assert.ok(forecast.makespan_ms.interval[0] < forecast.makespan_ms.interval[1]);
    // Twenty-one seconds of work on two agents.
    assert.ok(Math.abs(forecast.makespan_ms.median - 11_500) < 2_500, `${forecast.makespan_ms.median}`);
    const shares = forecast.agents.map((one) => one.tasks.median);
    assert.ok(Math.abs(shares[0]! - shares[1]!) <= 3);
  });
});

describe('roll-out', () => {
  const adjusted = (parallel: number) => ({
    settings: settings([agent('a'), agent('b')], { strategy: 'maximize_throughput' }, { max_parallel_tasks: parallel }),
    estimate: estimator({ predicted_success: 1 }),
  });
  const input = {
    tasks: tasks(20),
    calibration: emptyCalibration(),
    adjusted: new Map(),
    startAt: 0,
    approvalTimeoutMs: 1_000,
    seed: 1,
    replicas: 4,
  };

  it('promises what more tasks in flight are worth: about twice the throughput', () => {
    const setup: Parameters<typeof rollOut>[0]['setup'] = (_, adjustments) =>
      adjusted(Object.keys(adjustments).length > 0 ? 2 : 1);
    const promise = rollOut({ ...input, setup }, 'maximize_throughput');
    assert.ok(promise);
    const ratio = promise.with / promise.without;
    assert.ok(ratio > 1.6 && ratio < 2.1, `${ratio}`);
    const change = promise.with - promise.without;
    assert.ok(promise.interval[0] <= change && change <= promise.interval[1]);
  });

  it('promises nothing for an adjustment without effect: both sides see the same luck', () => {
    const promise = rollOut({ ...input, setup: () => adjusted(1) }, 'maximize_throughput');
    assert.deepEqual([promise!.with - promise!.without, promise!.interval], [0, [0, 0]]);
  });

  it('is null where the metric has no data', () => {
    const nobody = { ...adjusted(1), estimate: () => null };
    assert.equal(rollOut({ ...input, setup: () => nobody }, 'maximize_throughput'), null);
  });
});
