import assert from 'node:assert/strict';
import fc from 'fast-check';
import { optimizationEfficiency } from '../../../domain/metrics/optimization-efficiency.ts';
import type { Rollout } from '../../../domain/model/evidence.ts';
import { evidence } from './wave-fixture.ts';

const rollout = (without: number, withAdjustments: number, observed: number | null, change: Partial<Rollout> = {}) => ({
  wave: 1,
  strategy: 'maximize_throughput',
  metric: 'throughput' as const,
  target: 35,
  without,
  with: withAdjustments,
  observed,
  ...change,
});
const efficiency = (...rollouts: Rollout[]) => optimizationEfficiency(evidence({ rollouts }));

describe('optimization_efficiency', () => {
  it('divides what came true by what was promised, over all measured waves', () => {
    const result = efficiency(rollout(20, 30, 25), rollout(30, 32, 34), rollout(10, 90, null));
    assert.ok(Math.abs((result.value ?? NaN) - 0.75) < 1e-12);
    assert.deepEqual([result.sample_size, result.interval], [2, null]);
  });

  it('is held within 0–1', () => {
    assert.equal(efficiency(rollout(20, 30, 10)).value, 0);
    assert.equal(efficiency(rollout(20, 30, 50)).value, 1);
  });

  it('counts a falling retry rate as an improvement', () => {
    const retries = { metric: 'retry_rate' as const, target: 0.1 };
    assert.ok(Math.abs((efficiency(rollout(0.3, 0.2, 0.25, retries)).value ?? NaN) - 0.5) < 1e-12);
    assert.equal(efficiency(rollout(0.3, 0.2, 0.35, retries)).value, 0);
  });

  it('weighs different metrics by their own targets', () => {
    const ratio = { metric: 'success_rate' as const, target: 0.5 };
    // Promised 7 ÷ 35 + 0.1 ÷ 0.5 = 0.4; achieved 0.2 + 0.
    const result = efficiency(rollout(20, 27, 27), rollout(0.75, 0.85, 0.75, ratio));
    assert.ok(Math.abs((result.value ?? NaN) - 0.5) < 1e-12);
  });

  it('has no data while the promise is under 1 % of the target, or is a harm', () => {
    assert.equal(efficiency(rollout(20, 20.35, 20.35)).value, 1);
    assert.equal(efficiency(rollout(20, 20.34, 30)).value, null);
    assert.equal(efficiency(rollout(20, 10, 10)).value, null);
    assert.equal(efficiency(rollout(20, 30, null)).value, null);
    assert.equal(efficiency().value, null);
  });

  it('is in range or null for any roll-outs', () => {
    const number = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number)), (rows) => {
        const { value } = efficiency(...rows.map(([a, b, c]) => rollout(a, b, c)));
        assert.ok(value === null || (value >= 0 && value <= 1));
      }),
    );
  });
});
