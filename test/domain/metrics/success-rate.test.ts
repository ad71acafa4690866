import assert from 'node:assert/strict';
import { successRate } from '../../../domain/metrics/success-rate.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import { attempt, emptyEvidence, evidence } from './wave-fixture.ts';

describe('success_rate', () => {
  it('divides completed tasks by released ones: failed, cancelled and never run count against it', () => {
    const attempts = [
      attempt({ task_id: 't1', status: 'failed', final: false }),
      attempt({ task_id: 't1', attempt: 2 }),
      attempt({ task_id: 't2', status: 'failed' }),
      attempt({ task_id: 't3', status: 'cancelled' }),
    ];
    assert.deepEqual(successRate(evidence({ released: 5 }), attempts), {
      value: 0.2,
      sample_size: 5,
      interval: wilsonInterval(1, 5),
    });
  });

  it('counts a task once although two copies of it completed', () => {
    const attempts = [attempt({ final: false }), attempt({ agent_id: 'b', attempt: 2 })];
    assert.equal(successRate(evidence(), attempts).value, 0.25);
  });

  it('leaves deferred and rejected tasks out', () => {
    assert.equal(successRate(evidence({ released: 1, deferred: 7, rejected: 2 }), [attempt()]).value, 1);
  });

  it('is 0 when nothing released ran, and has no data when nothing was released', () => {
    assert.equal(successRate(evidence(), []).value, 0);
    assert.equal(successRate(emptyEvidence(), []).value, null);
  });
});
