import assert from 'node:assert/strict';
import { certifiedBoundMs, longestTaskMs } from '../../../domain/scheduling/certificate.ts';
import { dualPrices } from '../../../domain/scheduling/dual-prices.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';

const EQUAL = denseTimes(4, 2, new Float64Array(8).fill(10));

describe('dualPrices', () => {
  it('certify the even share on equal agents, free times included', () => {
    const bound = (agentOf: number[], freeAt: number[]) => dualPrices(EQUAL, { agentOf, freeAt }, 50).boundMs;
    assert.ok(Math.abs(bound([0, 1], [0, 0]) - 20) < 1e-9);
    assert.ok(Math.abs(bound([0, 1], [6, 6]) - 26) < 1e-9);
    assert.ok(Math.abs(bound([0, 0, 1, 1], [0, 0, 0, 0]) - 10) < 1e-9);
  });

  it('come within 1 % of the linear program, known here: agent b twice as slow takes a third', () => {
    // Costs 10 and 20: x of 30 tasks on a with 10x = 20(30 − x) → x = 20, makespan 200.
    const cost = Float64Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 10 : 20));
    const { boundMs } = dualPrices(denseTimes(30, 2, cost), { agentOf: [0, 1], freeAt: [0, 0] }, 300);
    assert.ok(boundMs <= 200 + 1e-9 && boundMs > 198, `${boundMs}`);
  });

  it('are the same whether tasks of a type share their rates or not', () => {
    const typed = {
      tasks: 4,
      agents: 2,
      types: 2,
      size: Float64Array.from([1, 2, 3, 4]),
      typeOf: Int32Array.from([0, 1, 0, 1]),
      rate: Float64Array.from([5, 9, 8, 3]),
    };
    const dense = denseTimes(4, 2, Float64Array.from([5, 9, 16, 6, 15, 27, 32, 12]));
    const lanes = { agentOf: [0, 1], freeAt: [0, 2] };
    const [few, many] = [dualPrices(typed, lanes, 100), dualPrices(dense, lanes, 100)];
    assert.ok(Math.abs(few.boundMs - many.boundMs) < 1e-9, `${few.boundMs} and ${many.boundMs}`);
    assert.ok(Math.abs(certifiedBoundMs(dense, lanes, few.prices) - few.boundMs) < 1e-9);
  });
});

describe('certifiedBoundMs', () => {
  it('holds for any prices, whatever their sum', () => {
    // Two tasks, of 10 on a and 20 on b: both on a end at 20, one on each at 20.
    const times = denseTimes(2, 2, Float64Array.from([10, 20, 10, 20]));
    for (const prices of [
      [1, 1],
      [3, 1],
      [0, 1],
      [2, 1],
    ]) {
      const bound = certifiedBoundMs(times, { agentOf: [0, 1], freeAt: [0, 0] }, Float64Array.from(prices));
      assert.ok(bound <= 20, `${prices.join(' : ')} gives ${bound}`);
    }
    // At 2 : 1 a task costs 20 on either: (20 + 20) ÷ 3.
    const bound = certifiedBoundMs(times, { agentOf: [0, 1], freeAt: [0, 0] }, Float64Array.from([2, 1]));
    assert.ok(Math.abs(bound - 40 / 3) < 1e-9, `${bound}`);
  });
});

describe('longestTaskMs', () => {
  it('is the end of the longest task on its best lane', () => {
    const times = denseTimes(1, 2, Float64Array.from([30, 20]));
    assert.equal(longestTaskMs(times, { agentOf: [0, 1], freeAt: [0, 0] }), 20);
    assert.equal(longestTaskMs(times, { agentOf: [0, 1], freeAt: [0, 25] }), 30);
  });
});
