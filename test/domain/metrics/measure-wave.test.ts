import assert from 'node:assert/strict';
import fc from 'fast-check';
import { measureWave } from '../../../domain/metrics/measure-wave.ts';
import type { AcceptedAttempt } from '../../../domain/model/evidence.ts';
import { METRIC_NAMES } from '../../../domain/model/targets.ts';
import { attempt, emptyEvidence, evidence, presence, RELEASE } from './wave-fixture.ts';

describe('measureWave', () => {
  it('measures a small wave in full', () => {
    const wave = evidence({
      released: 2,
      first_plan: [
        { task_id: 't1', agent_id: 'a', end_ms: 1000 },
        { task_id: 't2', agent_id: 'a', end_ms: 5000 },
      ],
      signals: [{ signal_id: 's', metric: 'throughput', before: 0, acknowledgement: null }],
      rollouts: [
        {
          wave: 2,
          strategy: 'balance_load',
          metric: 'load_balance',
          target: 0.85,
          without: 0.5,
          with: 1,
          observed: 0.75,
        },
      ],
    });
    const { metrics, side } = measureWave(wave, [
      attempt({ confidence_after: 0.9 }),
      attempt({ task_id: 't2', status: 'failed', final: false, confidence_after: 0.9 }),
      attempt({ task_id: 't2', attempt: 2, finished_at: RELEASE + 10_000, confidence_after: 0.9 }),
    ]);
    const rounded = metrics.map((metric) => [metric.metric_name, Number(metric.value?.toFixed(9)), metric.status]);
    assert.deepEqual(rounded, [
      ['success_rate', 1, 'normal'],
      ['throughput', 0.2, 'critical'],
      ['agent_utilization', 0.6, 'warning'],
      ['confidence_trajectory', 1.1, 'normal'],
      ['schedule_adherence', 0.5, 'critical'],
      // 0.2 of half the gap of 35.
      ['learning_impact', 0.011428571, 'critical'],
      ['optimization_efficiency', 0.5, 'critical'],
    ]);
    assert.deepEqual(side, { load_balance: 1, retry_rate: 1 / 3 });
  });

  it('has no data at all in a wave where nothing was released', () => {
    const { metrics, side } = measureWave(emptyEvidence(), []);
    assert.deepEqual(
      metrics.map((metric) => metric.metric_name),
      [...METRIC_NAMES],
    );
    assert.ok(metrics.every((metric) => metric.value === null && metric.status === 'no_data'));
    assert.deepEqual(side, { load_balance: null, retry_rate: null });
  });

  it('keeps every value in its range, and every interval around its value', () => {
    const time = fc.integer({ min: 0, max: 20_000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const row = fc.record({
      agent_id: fc.constantFrom('a', 'b', 'c'),
      status: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
      attempt: fc.integer({ min: 1, max: 6 }),
      started: time,
      lasted: time,
      before: share,
      after: share,
    });
    const spans = fc.array(fc.record({ from: time, to: time }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), spans, spans, fc.nat(5), (rows, pauses, up, neverRan) => {
        const attempts = rows.map((r, i): AcceptedAttempt => ({
          task_id: `t${i}`,
          agent_id: r.agent_id,
          risk_level: 'LOW',
          attempt: r.attempt,
          status: r.status,
          final: true,
          started_at: r.started,
          finished_at: r.started + r.lasted,
          confidence_before: r.before,
          confidence_after: r.after,
        }));
        const wave = evidence({
          released: rows.length + neverRan,
          released_at: 0,
          first_dispatch_at: rows.length === 0 ? null : Math.min(...attempts.map((a) => a.started_at)),
          last_outcome_at: rows.length === 0 ? null : Math.max(...attempts.map((a) => a.finished_at)),
          pauses,
          agents: [presence({ up }), presence({ agent_id: 'b', max_parallel_tasks: 1 })],
          first_plan: attempts.map((a, i) => ({ task_id: a.task_id, agent_id: 'a', end_ms: i * 1000 })),
        });
        const { metrics, side } = measureWave(wave, attempts);
        for (const { metric_name: name, value, interval } of metrics) {
          if (value === null) continue;
          const most = name === 'throughput' ? Infinity : name === 'confidence_trajectory' ? 2 : 1;
          assert.ok(value >= 0 && value <= most, `${name} is ${value}`);
          if (interval !== null) assert.ok(interval[0] <= value && value <= interval[1]);
        }
        for (const value of [side.load_balance, side.retry_rate])
          assert.ok(value === null || (value >= 0 && value <= 1));
      }),
    );
  });
});
