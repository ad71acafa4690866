import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demoHeuristics } from '../../../domain/demo/heuristics.ts';
import { applyHeuristics, type Heuristic, type HeuristicQuestion } from '../../../domain/heuristics/apply.ts';
import type { Json, Prediction, RiskLevel, Task } from '../../../domain/model/task.ts';

const task = (task_id: string, risk_level: RiskLevel, priority: number): Task => ({
  task_id,
  wave: 1,
  priority,
  risk_level,
  task_type: null,
  capabilities: [],
  payload: null,
  generation: 1,
});
const predicted = (task_id: string, success_probability: number, agent_id: string | null = null): Prediction => ({
  task_id,
  agent_id,
  success_probability,
  confidence_delta: 0,
  execution_time_ms: 10,
});
const heuristic = (rule: Json, applicability: Json = null, heuristic_id = 'H'): Heuristic => ({
  heuristic_id,
  category: 'any',
  rule,
  confidence: 0.9,
  applicability,
  expected_improvement: null,
});
const apply = (change: Partial<HeuristicQuestion>) =>
  applyHeuristics({ tasks: [], predictions: [], heuristics: [], previousSuccessRate: null, ...change });

const ORDER: Json = {
  priority_order: [
    { risk_level: 'LOW', confidence_min: 0.85 },
    { risk_level: 'MEDIUM', confidence_min: 0.75 },
    { risk_level: 'HIGH', confidence_min: 0.9 },
  ],
};
const BOOST: Json = {
  condition: { risk_level: 'MEDIUM', confidence_range: [0.7, 0.75] },
  action: 'boost_confidence_by',
  amount: 0.05,
};
const RETRY: Json = {
  condition: { status: 'failed', risk_level: ['LOW', 'MEDIUM'] },
  action: 'retry_with_confidence_recalibration',
  max_retries: 3,
  confidence_penalty: -0.05,
};
const policy = (high_risk_threshold: Json): Json => ({
  condition: { success_rate_previous_wave: 0.9 },
  action: 'adjust_policy',
  parameters: { high_risk_threshold },
});

describe('applyHeuristics: priority_order', () => {
  const tasks = [
    task('high', 'HIGH', 1),
    task('low2', 'LOW', 2),
    task('low1', 'LOW', 1),
    task('none', 'UNKNOWN', 1),
    task('low1b', 'LOW', 1),
    task('weak', 'LOW', 7),
  ];
  const predictions = [
    predicted('high', 0.9),
    predicted('low2', 0.85),
    predicted('low1', 0.2, 'a'),
    predicted('low1', 0.95, 'b'),
    predicted('none', 0.99),
    predicted('low1b', 0.9),
    predicted('weak', 0.8499),
  ];
  const priorities = (answer: ReturnType<typeof apply>) =>
    Object.fromEntries(answer.tasks.map(({ task_id, priority }) => [task_id, priority]));

  it('puts earlier entries first, keeps the order within an entry, and the tasks in place', () => {
    const answer = apply({ tasks, predictions, heuristics: [heuristic(ORDER)] });
    assert.deepEqual(priorities(answer), { low1: 1, low1b: 1, low2: 2, high: 3, none: 4, weak: 5 });
    assert.deepEqual(
      answer.tasks.map(({ task_id }) => task_id),
      tasks.map(({ task_id }) => task_id),
    );
    assert.deepEqual(answer.applied, [{ heuristic_id: 'H', category: 'any', rows: 4, effect: { kind: 'priority' } }]);
    assert.equal(tasks[0]?.priority, 1, 'the input is not changed');
  });

  it('lets the first of two orders decide and the second break its ties', () => {
    const first = heuristic({ priority_order: [{ risk_level: 'LOW' }] }, null, 'A');
    const second = heuristic({ priority_order: [{ risk_level: 'HIGH' }] }, null, 'B');
    const answer = apply({ tasks, predictions, heuristics: [first, second] });
    assert.deepEqual(priorities(answer), { low1: 1, low1b: 1, low2: 2, weak: 3, high: 4, none: 5 });
    assert.deepEqual(
      answer.applied.map(({ heuristic_id, rows }) => [heuristic_id, rows]),
      [
        ['A', 4],
        ['B', 1],
      ],
    );
  });

  it('is not applied where the tasks are in that order already', () => {
    const all = heuristic({ priority_order: [{ confidence_min: 0 }] }, null, 'A');
    const answer = apply({ tasks, predictions, heuristics: [all, heuristic(ORDER, null, 'B')] });
    assert.deepEqual(answer.skipped, [{ heuristic_id: 'A', reason: 'the tasks are in that order already' }]);
    assert.deepEqual(answer.tasks, apply({ tasks, predictions, heuristics: [heuristic(ORDER)] }).tasks);
  });

  it('leaves priorities alone where nothing matches', () => {
    const answer = apply({ tasks, predictions, heuristics: [heuristic(ORDER, { min_confidence: 0.99 })] });
    assert.deepEqual(answer.tasks, tasks);
    assert.deepEqual(answer.applied, []);
    assert.match(answer.skipped[0]!.reason, /^no task is in its scope$/);
  });
});

describe('applyHeuristics: boost_confidence_by', () => {
  const tasks = [task('m', 'MEDIUM', 1), task('l', 'LOW', 1)];
  const boosted = (values: number[], rules: Heuristic[]) => {
    const predictions = values.map((value, index) => predicted('m', value, `a${index}`));
    return apply({ tasks, predictions, heuristics: rules }).predictions.map((row) => row.success_probability);
  };

  it('raises rows of the risk level within the range, ends included', () => {
    assert.deepEqual(boosted([0.6999, 0.7, 0.75, 0.7501], [heuristic(BOOST)]), [0.6999, 0.75, 0.8, 0.7501]);
  });

  it('takes null for a limit that is not there', () => {
    const within = { risk_level: null, confidence_range: null, confidence_min: null, min_confidence: 0.72 };
    assert.deepEqual(boosted([0.7, 0.72], [heuristic(BOOST, within)]), [0.7, 0.77]);
  });

  it('spares other risk levels', () => {
    const { predictions, skipped } = apply({
      tasks,
      predictions: [predicted('l', 0.72)],
      heuristics: [heuristic(BOOST)],
    });
    assert.equal(predictions[0]?.success_probability, 0.72);
    assert.match(skipped[0]!.reason, /^no prediction is in its scope$/);
  });

  it('adds the amounts of two rules, each judged by what was declared', () => {
    const next = heuristic({ ...(BOOST as object), condition: { confidence_range: [0.75, 1] } });
    assert.deepEqual(boosted([0.7], [heuristic(BOOST), next]), [0.75]);
    assert.deepEqual(boosted([0.75], [heuristic(BOOST), next]), [0.85]);
  });

  it('never leaves 0–1 and never changes what was declared', () => {
    const rule = (amount: number) => heuristic({ condition: {}, action: 'boost_confidence_by', amount });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.array(fc.double({ min: -1, max: 1, noNaN: true })), (declared, amounts) => {
        const predictions = [predicted('m', declared)];
        const answer = apply({ tasks, predictions, heuristics: amounts.map(rule) });
        const value = answer.predictions[0]?.success_probability ?? -1;
        assert.ok(value >= 0 && value <= 1);
        assert.deepEqual(predictions, [predicted('m', declared)]);
      }),
    );
    assert.deepEqual(boosted([0.98], [rule(0.05)]), [1]);
  });
});

describe('applyHeuristics: retry_with_confidence_recalibration', () => {
  it('becomes a penalty for its risk levels', () => {
    const answer = apply({ tasks: [task('a', 'LOW', 1), task('b', 'HIGH', 1)], heuristics: [heuristic(RETRY)] });
    assert.deepEqual(answer.retryPenalty, [
      { max_retries: 3, confidence_penalty: -0.05, risk_levels: ['LOW', 'MEDIUM'] },
    ]);
    assert.equal(answer.applied[0]?.rows, 1);
  });

  it('is held to what it is applicable to', () => {
    const narrow = heuristic(RETRY, { applicable_statuses: ['failed'], applicable_risk_levels: ['medium'] });
    const penalties = (risk: RiskLevel) => apply({ tasks: [task('a', risk, 1)], heuristics: [narrow] }).retryPenalty;
    assert.deepEqual(penalties('MEDIUM')[0]?.risk_levels, ['MEDIUM']);
    assert.deepEqual(penalties('LOW'), [], 'it is about none of these');
  });

  it('holds for all confidences, and says so where it is limited to some', () => {
    const tasks = [task('a', 'LOW', 1)];
    const [limited, unlimited] = [{ confidence_min: 0.99 }, null].map((applicability) =>
      apply({ tasks, heuristics: [heuristic(RETRY, applicability)] }),
    );
    assert.deepEqual(limited?.retryPenalty, unlimited?.retryPenalty);
    assert.deepEqual(unlimited?.widened, []);
    assert.deepEqual(limited?.widened, ['H is limited to confidences from 0.99 to 1: such a rule holds for all.']);
  });
});

describe('applyHeuristics: high_risk_threshold', () => {
  const ask = (threshold: Json, previousSuccessRate: number | null = 0.95) =>
    apply({ tasks: [task('h', 'HIGH', 1)], heuristics: [heuristic(policy(threshold))], previousSuccessRate });

  it('tightens', () => {
    const answer = ask(0.95);
    assert.equal(answer.highRiskThreshold, 0.95);
    const effect = { kind: 'high_risk_threshold', threshold: 0.95 };
    assert.deepEqual(answer.applied, [{ heuristic_id: 'H', category: 'any', rows: 1, effect }]);
  });

  it('never loosens: the wish is kept for a person', () => {
    const answer = ask(0.7);
    assert.equal(answer.highRiskThreshold, null);
    assert.deepEqual(answer.applied, []);
    assert.match(answer.skipped[0]?.reason ?? '', /loosen the gate/);
    assert.match(answer.needsConfirmation[0] ?? '', /^H asks to lower .* from 0\.9 to 0\.7.*a person must confirm/);
  });

  it('has no effect at the threshold itself', () => {
    const answer = ask(0.9);
    assert.deepEqual([answer.highRiskThreshold, answer.applied, answer.needsConfirmation], [null, [], []]);
  });

  it('takes the tightest of several', () => {
    const heuristics = [0.93, 0.97, 0.95].map((value) => heuristic(policy(value)));
    const tasks = [task('h', 'HIGH', 1)];
    assert.equal(apply({ tasks, heuristics, previousSuccessRate: 0.9 }).highRiskThreshold, 0.97);
  });

  it('changes nothing where no task is of high risk, or it is not applicable to any', () => {
    const threshold = (risk: RiskLevel, applicability: Json = null) =>
      apply({
        tasks: [task('t', risk, 1)],
        heuristics: [heuristic(policy(0.97), applicability)],
        previousSuccessRate: 0.95,
      }).highRiskThreshold;
    assert.equal(threshold('HIGH'), 0.97);
    assert.equal(threshold('LOW'), null);
    assert.equal(threshold('HIGH', { risk_level: 'LOW' }), null);
  });

  it('holds for all confidences, and says so where it is limited to some', () => {
    const heuristics = [heuristic(policy(0.95), { min_confidence: 0.5 })];
    const answer = apply({ tasks: [task('h', 'HIGH', 1)], heuristics, previousSuccessRate: 0.95 });
    assert.equal(answer.highRiskThreshold, 0.95);
    assert.equal(answer.widened.length, 1);
  });

  it('holds only after a wave as good as the condition says', () => {
    assert.equal(ask(0.95, 0.9).highRiskThreshold, 0.95);
    assert.equal(ask(0.95, 0.8999).highRiskThreshold, null);
    assert.match(ask(0.95, 0.8999).skipped[0]?.reason ?? '', /0\.8999, is below 0\.9/);
    assert.match(ask(0.7, null).skipped[0]?.reason ?? '', /not known/);
  });
});

describe('applyHeuristics: other shapes', () => {
  it('skips and counts what it does not know', () => {
    const rules: Json[] = [
      null,
      'text',
      [],
      {},
      { priority_order: [] },
      { priority_order: ['LOW'] },
      { priority_order: [{ risk_level: 'EXTREME' }] },
      { ...(BOOST as object), amount: '0.05' },
      { ...(BOOST as object), amount: 2 },
      { ...(BOOST as object), condition: { confidence_range: [0.8, 0.7] } },
      { ...(BOOST as object), action: 'double' },
      { ...(RETRY as object), max_retries: 1.5 },
      { ...(RETRY as object), confidence_penalty: 0.05 },
      policy(1.1),
      policy('0.95'),
    ];
    const answer = apply({ heuristics: rules.map((rule) => heuristic(rule)), previousSuccessRate: 1 });
    assert.equal(answer.skipped.length, rules.length);
    assert.equal(answer.misread.length, rules.length);
    assert.deepEqual([answer.applied, answer.retryPenalty], [[], []]);
  });

  it('lists a rule that asks for no change as not applied', () => {
    const idle = [
      { ...(BOOST as object), amount: 0 },
      { ...(RETRY as object), max_retries: 0 },
      { ...(RETRY as object), confidence_penalty: 0 },
    ];
    const answer = apply({ tasks: [task('a', 'MEDIUM', 1)], heuristics: idle.map((rule) => heuristic(rule)) });
    assert.deepEqual([answer.applied, answer.retryPenalty], [[], []]);
    assert.deepEqual([...new Set(answer.skipped.map(({ reason }) => reason))], ['it asks for no change']);
  });

  it('applies the rules of the demo that have something in their scope, and asks a person about the fourth', () => {
    const heuristics = demoHeuristics(22) as unknown as Heuristic[];
    const tasks = [task('a', 'MEDIUM', 1), task('h', 'HIGH', 1)];
    const answer = apply({ tasks, predictions: [predicted('a', 0.72)], heuristics, previousSuccessRate: 1 });
    const applied = answer.applied.map(({ heuristic_id, rows }) => `${heuristic_id} ${rows}`);
    assert.deepEqual(applied, ['H16_002 1', 'H16_003 1']);
    const skipped = answer.skipped.map(({ heuristic_id }) => heuristic_id);
    assert.deepEqual(skipped, ['H16_001', 'H16_004']);
    assert.equal(answer.needsConfirmation.length, 1);
  });
});
