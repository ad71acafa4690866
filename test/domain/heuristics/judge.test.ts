import assert from 'node:assert/strict';
import type { HeuristicEffect } from '../../../domain/heuristics/effect.ts';
import { judgeHeuristics } from '../../../domain/heuristics/judge.ts';
import type { AttemptLine } from '../../../domain/model/outcome.ts';
import { line } from '../wave/stage-fixture.ts';

const BOOST: HeuristicEffect = { kind: 'probability', risk_levels: ['MEDIUM'], min: 0.7, max: 0.75, amount: 0.2 };
const PENALTY: HeuristicEffect = { kind: 'retry_penalty', risk_levels: ['LOW'], penalty: -0.2, max_retries: 2 };
const judge = (effect: HeuristicEffect, lines: AttemptLine[]) => {
  const [judged] = judgeHeuristics([{ heuristic_id: 'H', category: 'any', rows: 1, effect }], lines);
  assert.ok(judged);
  return judged;
};
/** So many attempts of which so many complete. */
const attempts = (count: number, successes: number, change: Partial<AttemptLine>) =>
  Array.from({ length: count }, (_, index) =>
    line(`t${index}`, 'a', index < successes ? 'completed' : 'retry', { risk_level: 'MEDIUM', ...change }),
  );

describe('judgeHeuristics', () => {
  it('calls a boost helpful where what was seen is nearer to the raised probability', () => {
    const judged = judge(BOOST, attempts(50, 46, { declared: 0.7 }));
    assert.deepEqual([judged.attempts, judged.observed, judged.verdict], [50, 0.92, 'helped']);
    assert.ok(Math.abs((judged.without ?? 0) - 0.7) < 1e-12 && Math.abs((judged.with ?? 0) - 0.9) < 1e-12);
    assert.equal(judge(BOOST, attempts(50, 30, { declared: 0.7 })).verdict, 'harmed');
  });

  it('calls it unclear while the interval allows both', () => {
    assert.equal(judge(BOOST, attempts(5, 5, { declared: 0.7 })).verdict, 'unclear');
  });

  it('judges only attempts that the rule is about', () => {
    const out = [...attempts(50, 46, { declared: 0.8 }), ...attempts(50, 46, { declared: 0.7, risk_level: 'LOW' })];
    const judged = judge(BOOST, out);
    assert.deepEqual([judged.attempts, judged.observed, judged.verdict], [0, null, 'unmeasured']);
    assert.equal(judge(BOOST, attempts(9, 0, { declared: 0.7, status: 'cancelled' })).attempts, 0);
  });

  it('judges a penalty by the attempts after failures, as many as it counts', () => {
    const low = (attempt: number, successes: number) =>
      attempts(40, successes, { risk_level: 'LOW', declared: 0.9, attempt });
    assert.equal(judge(PENALTY, low(1, 10)).verdict, 'unmeasured');
    assert.equal(judge(PENALTY, low(2, 26)).verdict, 'helped');
    assert.equal(judge(PENALTY, low(2, 38)).verdict, 'harmed');
    assert.ok(Math.abs((judge(PENALTY, low(4, 20)).with ?? 0) - 0.5) < 1e-12, 'two failures count, not three');
  });

  it('measures no order and no threshold', () => {
    for (const effect of [{ kind: 'priority' }, { kind: 'high_risk_threshold', threshold: 0.95 }] as const) {
      assert.equal(judge(effect, attempts(9, 9, {})).verdict, 'unmeasured');
    }
  });
});
