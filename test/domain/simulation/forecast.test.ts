import assert from 'node:assert/strict';
import type { CalibrationState } from '../../../domain/calibration/state.ts';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import { absorb, ageOneWave } from '../../../domain/calibration/absorb.ts';
import { logTimePosterior } from '../../../domain/calibration/log-time-posterior.ts';
import type { LaneRow } from '../../../domain/model/plan.ts';
import { drawnAttempts } from '../../../domain/simulation/drawn-attempts.ts';
import { forecastWave } from '../../../domain/simulation/forecast.ts';
import { modelAttempts } from '../../../domain/simulation/model-attempts.ts';
import { rollOut } from '../../../domain/simulation/rollout.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { agent, estimator, LANE_ROW, settings, smallWave, task, tasks } from '../../simulation/small-wave.ts';

/** What is known once agents `a` and `b` have done twelve tasks a wave, in the declared time, give or take. */
function afterWaves(waves: number): CalibrationState {
  let state = emptyCalibration();
  for (let wave = 0; wave < waves; wave++) {
    const observations = ['a', 'b'].flatMap((agent_id) =>
      Array.from({ length: 12 }, (_, index) => ({
        agent_id,
        risk_level: 'LOW' as const,
        task_type: null,
        attempts: 1,
        success: index > 0,
        execution_time_ms: index % 2 === 0 ? 900 : 1100,
        declared_ms: 1000,
        speed_multiplier: 1,
      })),
    );
    state = absorb(ageOneWave(state), observations);
  }
  return state;
}

describe('forecast', () => {
  const small = smallWave({
    tasks: [...tasks(20), task('h', { risk_level: 'HIGH' })],
    estimate: estimator({ predicted_success: 0.95 }),
    approveAfterMs: 1_000,
  });
  const input = { ...small, calibration: afterWaves(0) };

  it('holds the wave in which every agent is as expected, and says what was asked of people', () => {
    const { wave, forecast } = forecastWave(input, 'digest');
    const { model: _, ...rest } = small;
    assert.equal(
      JSON.stringify(wave),
      JSON.stringify(simulateWave({ ...rest, model: modelAttempts(input.calibration, 22, 0) })),
    );
    assert.deepEqual([forecast.tasks, forecast.inputs_sha256, forecast.replicas], [21, 'digest', 40]);
    assert.deepEqual(
      forecast.approvals.map(({ request, tasks: count }) => [request, count]),
      [['w1-g2', 1]],
    );
  });

  it('has medians within intervals, and intervals that say something', () => {
    const { forecast } = forecastWave(input, '');
    assert.ok(forecast.success_rate);
    assert.ok(forecast.throughput);
    const values = [forecast.makespan_ms, forecast.success_rate, forecast.throughput, forecast.completed];
    values.push(...forecast.agents.flatMap((one) => [one.tasks, one.busy_ms]));
    for (const { median, interval, interval_80 } of values) {
      const ascending = [interval[0], interval_80[0], median, interval_80[1], interval[1]];
      assert.deepEqual(
        ascending,
        [...ascending].sort((a, b) => a - b),
      );
    }
    assert.ok(forecast.makespan_ms.interval_80[0] < forecast.makespan_ms.interval_80[1]);
    // Twenty-one seconds of work on two agents.
    assert.ok(Math.abs(forecast.makespan_ms.median - 11_500) < 2_500, `${forecast.makespan_ms.median}`);
    const perSecond = forecast.completed.median / (forecast.makespan_ms.median / 1000);
    assert.ok(Math.abs(forecast.throughput.median / perSecond - 1) < 0.05, `${forecast.throughput.median}`);
    const shares = forecast.agents.map((one) => one.tasks.median);
    assert.ok(Math.abs(shares[0]! - shares[1]!) <= 5, shares.join(' '));
  });

  it('is wider the less is known of the agents', () => {
    const widths = [0, 1, 8].map((waves) => {
      const { makespan_ms } = forecastWave({ ...input, calibration: afterWaves(waves) }, '').forecast;
      return makespan_ms.interval_80[1] - makespan_ms.interval_80[0];
    });
    assert.ok(widths[0]! > 1.5 * widths[1]! && widths[1]! > widths[2]!, widths.join(' '));
  });

  it('counts the requests and the tasks that wait for a person', () => {
    const waiting = [task('h2', { risk_level: 'HIGH' }), task('u', { risk_level: 'UNKNOWN' })];
    const { forecast } = forecastWave({ ...input, tasks: [...input.tasks, ...waiting] }, '');
    assert.deepEqual([forecast.approval_requests.median, forecast.approval_tasks.median], [2, 3]);
  });
});

describe('drawn attempts', () => {
  const row = (task_id: string, agent_id = 'a'): LaneRow => ({
    ...LANE_ROW,
    task_id,
    agent_id,
    task: task(task_id),
  });
  const { parameters } = settings([agent('a'), agent('b')]);
  const logTimes = (replica: number, waves: number, agentId = 'a') => {
    const model = drawnAttempts({ calibration: afterWaves(waves), parameters }, 1, replica);
    const times = Array.from({ length: 200 }, (_, index) => model(row(`t${index}`, agentId), 1, 1, 0));
    return times.filter(({ success }) => success).map(({ duration_ms }) => Math.log(duration_ms / 1000));
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = (values: number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

  it('draw an agent once for the wave: its tasks share what is not known of it', () => {
    const levels = Array.from({ length: 60 }, (_, replica) => mean(logTimes(replica, 0)));
    const { sd_level } = logTimePosterior(undefined, 'LOW');
    // Noise alone would leave means of some 190 tasks within 0.3 ÷ √190 = 0.02 of each other.
    assert.ok(Math.abs(sd(levels) / sd_level - 1) < 0.25, `${sd(levels)}, expected ${sd_level}`);
    assert.ok(Math.abs(mean(levels)) < (3 * sd_level) / Math.sqrt(60), `${mean(levels)}`);
    const others = Array.from({ length: 60 }, (_, replica) => mean(logTimes(replica, 0, 'b')));
    const together = mean(levels.map((level, index) => level * others[index]!)) / (sd(levels) * sd(others));
    assert.ok(Math.abs(together) < 0.4, `agents are drawn apart: ${together}`);
  });

  it('draw success from its Beta distribution, and narrower as evidence comes in', () => {
    const shares = (waves: number) => Array.from({ length: 60 }, (_, replica) => logTimes(replica, waves).length / 200);
    // Beta(8 × 0.9, 8 × 0.1), and the trials of a replica.
    const expected = Math.sqrt((0.9 * 0.1) / 9 + (0.9 * 0.1) / 200);
    assert.ok(Math.abs(sd(shares(0)) / expected - 1) < 0.25, `${sd(shares(0))}, expected ${expected}`);
    assert.ok(Math.abs(mean(shares(0)) - 0.9) < 0.04, `${mean(shares(0))}`);
    assert.ok(sd(shares(8)) < 0.7 * sd(shares(0)));
  });

  it('are the same for the same seed and replica, and others for another', () => {
    assert.deepEqual(logTimes(3, 1), logTimes(3, 1));
    assert.notDeepEqual(logTimes(3, 1), logTimes(4, 1));
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
