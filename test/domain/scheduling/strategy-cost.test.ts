import assert from 'node:assert/strict';
import { bentCost } from '../../../domain/scheduling/strategy-cost.ts';

describe('bentCost', () => {
  const placement = { expectedMs: 100, attempts: 1.25, success: 0.75, confidence: 0.5, levelSdLog: 0 };

  it('adds time for what the strategy dislikes', () => {
    assert.equal(bentCost('maximize_success', placement), 200);
    assert.equal(bentCost('minimize_retries', placement), 200);
    assert.equal(bentCost('maximize_confidence', placement), 300);
  });

  it('leaves time as it is for throughput and balance', () => {
    assert.equal(bentCost('maximize_throughput', placement), 100);
    assert.equal(bentCost('balance_load', placement), 100);
  });

  it('counts little known agents as slow when confidence is asked for', () => {
    const unknown = { ...placement, levelSdLog: 0.5 };
    assert.ok(Math.abs(bentCost('maximize_confidence', unknown) - 300 * Math.exp(0.4208)) < 0.01);
    assert.equal(bentCost('maximize_success', unknown), 200);
  });
});
