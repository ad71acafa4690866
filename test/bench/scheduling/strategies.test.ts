import assert from 'node:assert/strict';
import { strategyFigures, type PlanFigures } from '../../../bench/scheduling/strategies.ts';
import type { StrategyName } from '../../../domain/model/records.ts';

/** What each strategy is named after. */
const NAMED_AFTER: [StrategyName, keyof PlanFigures, 1 | -1][] = [
  ['maximize_success', 'success', 1],
  ['maximize_throughput', 'throughput', 1],
  ['balance_load', 'balance', 1],
  ['minimize_retries', 'retries', -1],
  ['maximize_confidence', 'confidence', 1],
];

describe('the five strategies in a plan', () => {
  const figures = strategyFigures(12, 22, true);

  for (const [strategy, figure, sign] of NAMED_AFTER) {
    it(`${strategy} has the best ${figure} of all`, () => {
      const own = figures.get(strategy)![figure] * sign;
      for (const [name, other] of figures) {
        if (name !== strategy) assert.ok(other[figure] * sign < own, `${name}: ${other[figure]}`);
      }
    });
  }

  it('win by where tasks go, not by what they adjust alone', () => {
    const bare = strategyFigures(12, 22, false);
    assert.ok(bare.get('maximize_success')!.success > bare.get('none')!.success);
    for (const [name, { retries, confidence }] of bare) {
      if (name !== 'minimize_retries') assert.ok(bare.get('minimize_retries')!.retries < retries, name);
      if (name !== 'maximize_confidence') assert.ok(bare.get('maximize_confidence')!.confidence > confidence, name);
    }
  });

  it('pay for it in throughput', () => {
    const throughput = figures.get('none')!.throughput;
    for (const name of ['maximize_success', 'minimize_retries', 'maximize_confidence'] as const) {
      assert.ok(figures.get(name)!.throughput < throughput, name);
    }
  });
});
