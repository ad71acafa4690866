import assert from 'node:assert/strict';
import { campaignReport, episodeLine, repeatCommand } from './campaign-report.ts';
import type { EpisodeReport } from './kind.ts';

const episode = (change: Partial<EpisodeReport>): EpisodeReport => ({
  kind: 'agent-killed',
  seed: 1,
  seconds: 7.44,
  tasks: 40,
  lost: 0,
  duplicated: 0,
  gateBreaches: 0,
  kills: 1,
  reExecuted: 2,
  recoverySeconds: null,
  violations: [],
  ...change,
});

describe('the report of a campaign', () => {
  it('adds up, and counts repeated requests only where something was killed', () => {
    const report = campaignReport([
      episode({ kills: 2, reExecuted: 7 }),
      episode({ kind: 'agent-cut', seed: 2, kills: 0, reExecuted: 50, lost: 1, violations: ['task a has no end'] }),
      episode({ seed: 3, duplicated: 2, gateBreaches: 3 }),
    ]);
    assert.deepEqual(report, {
      episodes: 3,
      kinds: 2,
      tasks: 120,
      lost: 1,
      duplicated: 2,
      gate_breaches: 3,
      kills: 3,
      re_executed_per_kill: 3,
      recovery_seconds_p50: null,
      recovery_seconds_p95: null,
      violations: [{ kind: 'agent-cut', seed: 2, what: 'task a has no end' }],
    });
  });

  it('takes the nearest rank of the recoveries that there were', () => {
    const recoveries = Array.from({ length: 20 }, (_, index) => episode({ recoverySeconds: 20 - index }));
    const report = campaignReport([...recoveries, episode({})]);
    assert.deepEqual([report.recovery_seconds_p50, report.recovery_seconds_p95], [10, 19]);
    assert.equal(campaignReport([episode({ kills: 0 })]).re_executed_per_kill, null);
  });

  it('says an episode in a line, and how to repeat it', () => {
    const one = episode({ seed: 3, recoverySeconds: 2.08, violations: ['x', 'y'] });
    assert.equal(episodeLine(one), 'agent-killed, seed 3: 40 tasks, recovered in 2.1 s; 7.4 s, 2 violation(s)');
    const sweep = episode({ tasks: 0, kind: 'ledger-torn' });
    assert.equal(episodeLine(sweep), 'ledger-torn, seed 1: 7.4 s, ok');
    assert.equal(repeatCommand(one), 'npm run -s faults -- --kind agent-killed --seed 3 --episodes 1');
  });
});
