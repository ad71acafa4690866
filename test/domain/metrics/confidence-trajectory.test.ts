import assert from 'node:assert/strict';
import { confidenceTrajectory } from '../../../domain/metrics/confidence-trajectory.ts';
import { attempt } from './wave-fixture.ts';

describe('confidence_trajectory', () => {
  it('is 1 plus the mean change over executed tasks, one change per task', () => {
    const attempts = [
      attempt({ confidence_before: 0.75, confidence_after: 0.25, final: false, status: 'failed' }),
      attempt({ confidence_before: 0.75, confidence_after: 0.5, attempt: 2 }),
      attempt({ task_id: 't2', confidence_before: 0.5, confidence_after: 0.625, status: 'failed' }),
    ];
    assert.deepEqual(confidenceTrajectory(attempts), { value: 0.9375, sample_size: 2, interval: null });
  });

  it('is 1 when nothing changed, and has no data when nothing was executed', () => {
    assert.equal(confidenceTrajectory([attempt()]).value, 1);
    assert.equal(confidenceTrajectory([]).value, null);
  });
});
