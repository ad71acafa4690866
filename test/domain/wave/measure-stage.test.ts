import assert from 'node:assert/strict';
import { emptyCalibration } from '../../../domain/calibration/state.ts';
import type { Rollout } from '../../../domain/model/evidence.ts';
import type { MeasureStageInput } from '../../../domain/wave/measure-stage.ts';
import { measureStage, observationsOf, observedValue, sentSignals } from '../../../domain/wave/measure-stage.ts';
import { FLEET, line } from './stage-fixture.ts';
import { settings } from '../../simulation/small-wave.ts';

/** t1 fails on a and completes on b; t2 completes; t3 fails for good. Four seconds in all. */
const LINES = [
  line('t1', 'a', 'exhausted', { started_at: 10_000, finished_at: 11_000 }),
  line('t2', 'a', 'completed', { started_at: 11_000, finished_at: 12_000 }),
  line('t3', 'b', 'dead', { started_at: 10_000, finished_at: 12_000 }),
  line('t1', 'b', 'completed', { started_at: 12_000, finished_at: 14_000, attempt: 2 }),
];

function input(change: Partial<MeasureStageInput> = {}): MeasureStageInput {
  const up = [{ from: 10_000, to: 14_000 }];
  return {
    settings: settings(FLEET.slice(0, 2)),
    lines: LINES,
    discarded: [],
    answers: [],
    facts: {
      released: 3,
      deferred: 1,
      rejected: 0,
      releasedAt: 10_000,
      firstDispatchAt: 10_000,
      lastOutcomeAt: 14_000,
      pauses: [],
      copies: 0,
      agents: [
        { agent_id: 'a', up, breaker: 'closed', trips: 0 },
        { agent_id: 'b', up, breaker: 'open', trips: 1 },
      ],
    },
    firstPlan: ['t1', 't2', 't3'].map((task_id) => ({ task_id, agent_id: 'a', end_ms: 2_000 })),
    firstPlanMakespanMs: 2_000,
    calibration: emptyCalibration(),
    adjusted: new Map(),
    signals: [],
    rollouts: [],
    heuristics: [],
    ...change,
  };
}

describe('measure stage', () => {
  it('marks exactly one attempt of each executed task as final: its last', () => {
    const { attempts } = measureStage(input());
    assert.deepEqual(
      attempts.filter(({ final }) => final).map(({ task_id, agent_id, status }) => [task_id, agent_id, status]),
      [
        ['t2', 'a', 'completed'],
        ['t3', 'b', 'failed'],
        ['t1', 'b', 'completed'],
      ],
    );
    assert.equal(attempts.length, LINES.length);
  });

  it('measures on what was accepted', () => {
    const { metrics, side } = measureStage(input());
    const value = (name: Parameters<typeof observedValue>[0]) => observedValue(name, metrics, side);
    assert.ok(Math.abs(value('success_rate')! - 2 / 3) < 1e-9);
    assert.equal(value('throughput'), 0.5);
    // 6 s busy of 2 agents × 4 s.
    assert.equal(value('agent_utilization'), 0.75);
    // Of three released, t2 alone completed on its first agent in time.
    assert.ok(Math.abs(value('schedule_adherence')! - 1 / 3) < 1e-9);
    assert.equal(value('retry_rate'), 0.25);
    assert.equal(value('learning_impact'), null);
  });

  it('has confidence before from what was known, and after from this wave too', () => {
    const { attempts, calibration } = measureStage(input());
    for (const { agent_id, confidence_before, confidence_after } of attempts) {
      // Agent a completed 1 of 2, b 1 of 2: both less than the 0.95 declared.
      assert.ok(confidence_after < confidence_before, agent_id);
    }
    assert.equal(calibration.waves, 1);
    assert.deepEqual(Object.keys(calibration.agents), ['a', 'b']);
  });

  it('fills in what this wave observed of its own roll-out, and leaves earlier ones as they were', () => {
    const promise = {
      strategy: 'maximize_throughput',
      metric: 'throughput' as const,
      target: 35,
      without: 20,
      with: 25,
    };
    const earlier: Rollout = { ...promise, wave: 0, observed: 22 };
    const own: Rollout = { ...promise, wave: 1, observed: null };
    const { rollouts, evidence, metrics } = measureStage(input({ rollouts: [earlier, own] }));
    assert.deepEqual(rollouts, [earlier, { ...own, observed: 0.5 }]);
    assert.deepEqual(evidence.rollouts, rollouts);
    // (22 − 20 + 0.5 − 20) ÷ 10, held at 0.
    assert.equal(observedValue('optimization_efficiency', metrics, { load_balance: null, retry_rate: null }), 0);
    assert.deepEqual(measureStage(input({ rollouts: [earlier] })).rollouts, [earlier]);
  });

  it('of a wave that ran nothing has no data, and says so', () => {
    const none = { ...input().facts, released: 0, releasedAt: null, firstDispatchAt: null, lastOutcomeAt: null };
    const { metrics, health, calibrationError } = measureStage(input({ lines: [], facts: none, firstPlan: [] }));
    assert.ok(metrics.every(({ value, status }) => value === null && status === 'no_data'));
    assert.deepEqual(health, { overall_health_score: null, health_status: 'NO_DATA' });
    assert.equal(calibrationError, null);
  });
});

describe('observations', () => {
  it('are one per task and agent: attempts there, and how the last ended', () => {
    const lines = [...LINES, line('t3', 'a', 'retry'), line('t3', 'a', 'completed')];
    assert.deepEqual(
      observationsOf(lines).map(({ agent_id, attempts, success, execution_time_ms }) => [
        agent_id,
        attempts,
        success,
        execution_time_ms,
      ]),
      [
        ['a', 1, false, null],
        ['a', 1, true, 1_000],
        ['b', 1, false, null],
        ['b', 1, true, 2_000],
        ['a', 2, true, 1_000],
      ],
    );
  });
});

describe('sent signals', () => {
  it('carry the value from before and what the phase said of them', () => {
    const [metric, direction] = ['throughput' as const, 'raise' as const];
    const content = { wave: 1, metric, direction, value: 20, target: 35, acknowledged: null };
    const signal = { signal_type: 'heuristic_feedback' as const, target_phase: 16 as const, confidence: 1, content };
    const signals = ['s1', 's2'].map((signal_id) => ({ ...signal, signal_id }));
    assert.deepEqual(sentSignals(signals, [{ phase: 16, signal_id: 's2', status: 'applied' }]), [
      { signal_id: 's1', metric: 'throughput', before: 20, acknowledgement: null },
      { signal_id: 's2', metric: 'throughput', before: 20, acknowledgement: 'applied' },
    ]);
  });
});
