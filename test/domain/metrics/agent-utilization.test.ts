import assert from 'node:assert/strict';
import { agentUtilization } from '../../../domain/metrics/agent-utilization.ts';
import { attempt, emptyEvidence, evidence, presence, RELEASE } from './wave-fixture.ts';

describe('agent_utilization', () => {
  it('divides busy by offered slot-time, retries included', () => {
    const attempts = [
      attempt({ status: 'failed', final: false, finished_at: RELEASE + 4000 }),
      attempt({ attempt: 2, started_at: RELEASE + 4000, finished_at: RELEASE + 9000 }),
    ];
    // 9 s in 2 slots × 10 s.
    assert.deepEqual(agentUtilization(evidence(), attempts), { value: 0.45, sample_size: 2, interval: null });
  });

  it('offers only what was up, inside the makespan and not paused', () => {
    const agents = [
      presence(),
      presence({
        agent_id: 'b',
        max_parallel_tasks: 1,
        up: [
          { from: RELEASE + 8000, to: RELEASE + 20_000 },
          { from: RELEASE - 5000, to: RELEASE + 3000 },
        ],
      }),
    ];
    const pauses = [{ from: RELEASE + 2000, to: RELEASE + 4000 }];
    // a: 2 × (10 − 2) s; b: (2 + 2) s; busy 5 s.
    const attempts = [attempt({ finished_at: RELEASE + 5000 })];
    assert.equal(agentUtilization(evidence({ agents, pauses }), attempts).value, 0.25);
  });

  it('is held at 1 where tasks finish in a pause', () => {
    const pauses = [{ from: RELEASE + 100, to: RELEASE + 10_000 }];
    assert.equal(agentUtilization(evidence({ pauses }), [attempt()]).value, 1);
  });

  it('has no data when nothing was offered', () => {
    assert.equal(agentUtilization(emptyEvidence(), []).value, null);
    assert.equal(agentUtilization(evidence({ agents: [presence({ up: [] })] }), [attempt()]).value, null);
  });
});
