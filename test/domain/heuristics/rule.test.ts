import assert from 'node:assert/strict';
import { readRule } from '../../../domain/heuristics/rule.ts';
import type { Json } from '../../../domain/model/task.ts';

const BOOST = {
  condition: { risk_level: 'MEDIUM', confidence_range: [0.7, 0.75] },
  action: 'boost_confidence_by',
  amount: 0.05,
};
const RETRY = {
  condition: { status: 'failed' },
  action: 'retry_with_confidence_recalibration',
  max_retries: 3,
  confidence_penalty: -0.05,
};
const POLICY = {
  condition: { success_rate_previous_wave: 0.9 },
  action: 'adjust_policy',
  parameters: { high_risk_threshold: 0.95 },
};

describe('readRule', () => {
  /** What is said of the rule; empty where it makes sense. */
  const why = (rule: Json, applicability: Json = null) => {
    const read = readRule({
      heuristic_id: 'H',
      category: 'any',
      rule,
      confidence: 0.9,
      applicability,
      expected_improvement: null,
    });
    return typeof read === 'string' ? read : '';
  };

  it('says which field has which value, and what was expected', () => {
    assert.equal(why({ ...BOOST, amount: 5 }), 'rule.amount is 5, expected a number from -1 to 1');
    assert.match(why({ ...BOOST, action: 'double' }), /^rule\.action is "double", expected one of "b/);
    assert.match(
      why({ priority_order: [{ risk_level: 'LOW' }, { risk_level: 'EXTREME' }] }),
      /priority_order\[1\]\.risk_level is "EXTREME", expected one of LOW/,
    );
    assert.match(why(BOOST, { min_confidence: 7 }), /applicability\.min_confidence is 7/);
    assert.match(why(BOOST, 'LOW'), /^applicability is "LOW", expected an object$/);
    assert.match(why({ ...RETRY, max_retries: undefined as unknown as Json }), /max_retries is missing/);
    assert.match(
      why({ ...BOOST, condition: { confidence_range: [0.8, 0.7] } }),
      /confidence_range\[1\] is 0\.7, expected a number from 0\.8 to 1/,
    );
    assert.equal(why(null), 'rule is missing, expected an object');
  });

  it('refuses a field that it does not know, which may be a mistyped limit', () => {
    assert.match(
      why(BOOST, { risk_lvl: 'LOW' }),
      /^a field of applicability is "risk_lvl", expected one of risk_level, /,
    );
    const condition = { ...BOOST.condition, status: 'failed' };
    assert.match(why({ ...BOOST, condition }), /^a field of rule\.condition is "status", expected one of risk_level, /);
    assert.match(why({ priority_order: [{ risk: 'LOW' }] }), /^a field of rule\.priority_order\[0\] is "risk", /);
    for (const rule of [BOOST, RETRY, POLICY, { priority_order: [{}] }]) {
      assert.equal(why(rule), '');
      assert.match(
        why({ ...rule, conditions: { risk_level: 'LOW' } }),
        /^a field of rule is "conditions", expected one of /,
      );
    }
    const parameters = { high_risk_threshold: 0.95, threshold: 0.9 };
    assert.match(
      why({ ...POLICY, parameters }),
      /^a field of rule\.parameters is "threshold", expected one of high_risk/,
    );
  });

  it('takes what repeats a rule for no limit, only where it repeats it', () => {
    assert.equal(why(RETRY, { applicable_statuses: ['failed'], all_risk_levels: true }), '');
    assert.equal(why(POLICY, { trigger: 'high_success_previous_wave', success_threshold: 0.9 }), '');
    for (const remark of [{ applicable_statuses: ['failed'] }, { success_threshold: 0.9 }, { all_risk_levels: false }])
      assert.notEqual(why(BOOST, remark), '', JSON.stringify(remark));
  });
});
