import assert from 'node:assert/strict';
import { throughput } from '../../../domain/metrics/throughput.ts';
import { attempt, emptyEvidence, evidence, RELEASE } from './wave-fixture.ts';

const three = [attempt(), attempt({ task_id: 't2' }), attempt({ task_id: 't3', status: 'failed' })];

describe('throughput', () => {
  it('divides completed tasks by the makespan in seconds', () => {
    assert.deepEqual(throughput(evidence(), three), { value: 0.2, sample_size: 3, interval: null });
  });

  it('takes pauses out, overlaps once, and only what lies in the makespan', () => {
    const pauses = [
      { from: RELEASE + 4000, to: RELEASE + 8000 },
      { from: RELEASE + 3000, to: RELEASE + 6000 },
      { from: 0, to: RELEASE + 1000 },
    ];
    assert.equal(throughput(evidence({ pauses }), three).value, 0.5);
  });

  it('counts from the first dispatch, not from the release', () => {
    assert.equal(throughput(evidence({ first_dispatch_at: RELEASE + 8000 }), three).value, 1);
  });

  it('is 0 when nothing was completed, and has no data without outcomes or without time', () => {
    assert.equal(throughput(evidence(), [attempt({ status: 'failed' })]).value, 0);
    assert.equal(throughput(emptyEvidence(), []).value, null);
    assert.equal(throughput(evidence({ last_outcome_at: null }), []).value, null);
    assert.equal(throughput(evidence({ last_outcome_at: RELEASE }), three).value, null);
  });
});
