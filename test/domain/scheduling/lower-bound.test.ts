import assert from 'node:assert/strict';
import { dualPrices, lowerBoundMs } from '../../../domain/scheduling/lower-bound.ts';

describe('lowerBoundMs', () => {
  it('is the even share on equal agents, free times included', () => {
    const matrix = { tasks: 4, agents: 2, cost: new Float64Array(8).fill(10) };
    assert.ok(Math.abs(lowerBoundMs(matrix, { agentOf: [0, 1], freeAt: [0, 0] }, 50) - 20) < 1e-9);
    assert.ok(Math.abs(lowerBoundMs(matrix, { agentOf: [0, 1], freeAt: [6, 6] }, 50) - 26) < 1e-9);
    assert.ok(Math.abs(lowerBoundMs(matrix, { agentOf: [0, 0, 1, 1], freeAt: [0, 0, 0, 0] }, 50) - 10) < 1e-9);
  });

  it('is the longest task on its best lane where that is later', () => {
    const matrix = { tasks: 1, agents: 2, cost: Float64Array.from([30, 20]) };
    assert.equal(lowerBoundMs(matrix, { agentOf: [0, 1], freeAt: [0, 0] }, 50), 20);
    assert.equal(lowerBoundMs(matrix, { agentOf: [0, 1], freeAt: [0, 25] }, 50), 30);
  });

  it('comes within 1 % of the linear program, known here: agent b twice as slow takes a third', () => {
    // Costs 10 and 20: x of 30 tasks on a with 10x = 20(30 − x) → x = 20, makespan 200.
    const cost = Float64Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 10 : 20));
    const { boundMs } = dualPrices({ tasks: 30, agents: 2, cost }, { agentOf: [0, 1], freeAt: [0, 0] }, 300);
    assert.ok(boundMs <= 200 + 1e-9 && boundMs > 198, `${boundMs}`);
  });
});
