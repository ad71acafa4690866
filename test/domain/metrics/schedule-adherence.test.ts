import assert from 'node:assert/strict';
import { scheduleAdherence } from '../../../domain/metrics/schedule-adherence.ts';
import type { WaveEvidence } from '../../../domain/model/evidence.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import { attempt, emptyEvidence, evidence, RELEASE } from './wave-fixture.ts';

const plan = (end_ms: number, task_id = 't1', agent_id = 'a') => ({ task_id, agent_id, end_ms });
/** One task, planned to end 2 s after the release, that really ended `endMs` after it. */
const one = (endMs: number, change: Partial<WaveEvidence> = {}) =>
  scheduleAdherence(evidence({ released: 1, first_plan: [plan(2000)], ...change }), [
    attempt({ finished_at: RELEASE + endMs }),
  ]).value;

describe('schedule_adherence', () => {
  it('tolerates one second, or 20 % of the planned makespan where that is more', () => {
    assert.equal(one(3000), 1);
    assert.equal(one(3001), 0);
    assert.equal(one(3001, { first_plan_makespan_ms: 5000 }), 0);
    assert.equal(one(4000, { first_plan_makespan_ms: 10_000 }), 1);
    assert.equal(one(4001, { first_plan_makespan_ms: 10_000 }), 0);
  });

  it('counts from the release, with pauses since then taken out', () => {
    assert.equal(one(3500, { pauses: [{ from: RELEASE + 500, to: RELEASE + 1000 }] }), 1);
    assert.equal(one(3501, { pauses: [{ from: RELEASE + 500, to: RELEASE + 1000 }] }), 0);
    assert.equal(one(3001, { pauses: [{ from: 0, to: RELEASE }] }), 0);
    assert.equal(one(3001, { pauses: [{ from: RELEASE + 3001, to: RELEASE + 9000 }] }), 0);
    assert.equal(one(3001, { first_dispatch_at: RELEASE + 2000 }), 0);
  });

  it('counts failed, moved, unplanned and never run tasks against it', () => {
    const first_plan = [plan(2000), plan(2000, 't2'), plan(2000, 't3', 'b'), plan(2000, 't5')];
    const attempts = [
      attempt({ status: 'failed', final: false }),
      attempt({ attempt: 2 }),
      attempt({ task_id: 't2', status: 'failed' }),
      attempt({ task_id: 't3' }),
      attempt({ task_id: 't4' }),
    ];
    assert.deepEqual(scheduleAdherence(evidence({ released: 5, first_plan }), attempts), {
      value: 0.2,
      sample_size: 5,
      interval: wilsonInterval(1, 5),
    });
  });

  it('leaves planned tasks that the gate did not approve out', () => {
    assert.equal(one(2000, { first_plan: [plan(2000), plan(2000, 't2')], deferred: 1 }), 1);
  });

  it('has no data when nothing was released', () => {
    assert.equal(scheduleAdherence(emptyEvidence(), []).value, null);
  });
});
