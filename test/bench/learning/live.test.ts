import assert from 'node:assert/strict';
import { measureAgreement } from '../../../bench/learning/live-agreement.ts';
import { meanOf, nextOf } from '../../../bench/learning/paired.ts';

describe('a run of the learning experiment on a real server', function () {
  this.timeout(120_000);

  it('takes about as long as the simulator says', async () => {
    const size = { agents: 4, tasks: 12, waves: 2 };
    const figures = await measureAgreement({ fleet: 'heterogeneous', seed: 3, size, timeScale: 0.1, runs: 8 });
    const { live_ms, interval } = figures;
    // A busy machine is slower than the simulator, never faster.
    assert.ok(live_ms > 0.95 * interval[0] && live_ms < 1.3 * interval[1], JSON.stringify(figures));
  });
});

describe('intervals', () => {
  it('are wider for one more value than for the mean', () => {
    const values = [1, 2, 3, 4];
    assert.deepEqual([meanOf(values).mean, nextOf(values).mean], [2.5, 2.5]);
    const widths = [meanOf(values).ci!, nextOf(values).ci].map(([low, high]) => high - low);
    assert.ok(Math.abs(widths[1]! / widths[0]! - Math.sqrt(5)) < 1e-9);
  });
});
