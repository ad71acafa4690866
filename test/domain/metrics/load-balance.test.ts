import assert from 'node:assert/strict';
import { loadBalance } from '../../../domain/metrics/load-balance.ts';
import { attempt, emptyEvidence, evidence, presence, RELEASE } from './wave-fixture.ts';

const ran = (agent_id: string, ms: number) => attempt({ agent_id, finished_at: RELEASE + ms });

describe('load_balance', () => {
  it('is mean ÷ max of the busy time per slot', () => {
    const agents = [presence(), presence({ agent_id: 'b', max_parallel_tasks: 1 })];
    // Per slot: 4 s and 1 s.
    assert.equal(loadBalance(evidence({ agents }), [ran('a', 8000), ran('b', 1000)]), 0.625);
    assert.equal(loadBalance(evidence({ agents }), [ran('a', 8000), ran('b', 4000)]), 1);
  });

  it('counts idle agents that were up, and leaves out those that were not', () => {
    const up = [presence(), presence({ agent_id: 'b' })];
    assert.equal(loadBalance(evidence({ agents: up }), [ran('a', 8000)]), 0.5);
    const late = presence({ agent_id: 'c', up: [{ from: RELEASE + 10_000, to: 1e9 }] });
    assert.equal(loadBalance(evidence({ agents: [presence(), late] }), [ran('a', 8000)]), 1);
  });

  it('is null when nothing ran or nobody was up', () => {
    assert.equal(loadBalance(emptyEvidence(), []), null);
    assert.equal(loadBalance(evidence(), []), null);
    assert.equal(loadBalance(evidence({ agents: [] }), [ran('a', 8000)]), null);
  });
});
