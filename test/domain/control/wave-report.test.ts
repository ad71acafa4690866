import assert from 'node:assert/strict';
import { NOTHING_ASKED } from '../../../domain/control/shared-level.ts';
import { readWaveReport } from '../../../domain/control/wave-report.ts';

const REQUEST = {
  request: 'w1-g2',
  digest: 'sha256:0',
  wave: 1,
  risk_level: 'HIGH',
  tasks: 3,
  below_threshold: 0,
  opened_at: 1,
  expires_at: 2,
};
const REPORT = {
  wave: 1,
  number: 1,
  requests: [REQUEST],
  level: { word: 1, paused: true, dryRun: false, cancelled: false },
  draining: 4,
  standing: false,
  reason: null,
};

describe('the report of a wave', () => {
  it('is read as it was sent', () => {
    assert.deepEqual(readWaveReport(REPORT, NOTHING_ASKED), REPORT);
  });

  it('is none where anything in it is not what it should be', () => {
    const request = (change: object) => ({ requests: [{ ...REQUEST, ...change }] });
    const wrong: object[] = [
      { wave: 'one' },
      { number: -1 },
      { level: { word: 5_000 } },
      { draining: 'all' },
      { standing: 1 },
      { reason: 7 },
      { reason: 'x'.repeat(501) },
      { requests: {} },
      { requests: Array.from({ length: 5 }, () => REQUEST) },
      request({ expires_at: 1e300 }),
      request({ expires_at: undefined }),
      request({ digest: 7 }),
      request({ tasks: 1.5 }),
    ];
    for (const change of wrong) {
      assert.equal(readWaveReport({ ...REPORT, ...change }, NOTHING_ASKED), null, JSON.stringify(change));
    }
    for (const message of [null, undefined, 'report', 7, []]) {
      assert.equal(readWaveReport(message, NOTHING_ASKED), null);
    }
  });
});
