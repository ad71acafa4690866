import assert from 'node:assert/strict';
import { demoHeuristics } from '../../../domain/demo/heuristics.ts';
import { confidenceAfterFailures } from '../../../domain/dispatch/verdict.ts';
import { heuristicAdjustments } from '../../../domain/feedback/heuristic-adjustments.ts';
import { applyHeuristics, type Heuristic } from '../../../domain/heuristics/apply.ts';
import { STRATEGY_NAMES, type AnomalyType, type StrategyName } from '../../../domain/model/records.ts';
import type { Json, Task } from '../../../domain/model/task.ts';
import { anomaly } from './anomaly-fixture.ts';

const TYPES: AnomalyType[] = [
  'high_failure',
  'schedule_drift',
  'confidence_drop',
  'excessive_retries',
  'optimization_failure',
];

const adjustments = (anomalies: AnomalyType[], retry_rate: number | null, strategy: StrategyName | null) =>
  heuristicAdjustments(
    anomalies.map((type) => anomaly(type)),
    { load_balance: null, retry_rate },
    strategy,
  );

describe('heuristicAdjustments', () => {
  const fields = (...question: Parameters<typeof adjustments>) =>
    adjustments(...question).map(({ field, step, reason }) => `${field} ${step} ${reason}`);

  it('follows the anomalies, then the strategy, each value once', () => {
    assert.deepEqual(fields(['high_failure', 'confidence_drop'], null, 'maximize_success'), [
      'confidence_penalty -0.02 high_failure (conclusive)',
      'parameters.high_risk_threshold 0.02 high_failure (conclusive)',
      'amount -0.02 confidence_drop (conclusive)',
    ]);
    assert.deepEqual(fields([], null, 'minimize_retries'), ['confidence_penalty -0.02 strategy minimize_retries']);
  });

  it('asks for a harder penalty only where there are many retries', () => {
    assert.deepEqual(fields(['excessive_retries'], 0.1, null), []);
    assert.deepEqual(fields(['excessive_retries'], 0.11, null), [
      'confidence_penalty -0.02 excessive_retries (conclusive)',
    ]);
  });

  it('asks for nothing that would loosen a gate: what each step does to the rules of the demo', () => {
    const steps = STRATEGY_NAMES.flatMap((strategy) => [
      ...adjustments(TYPES, 1, strategy),
      ...TYPES.flatMap((type) => adjustments([type], 1, strategy)),
    ]);
    const before = standing(demoRules());
    const tightened = new Set<string>();
    for (const { category, field, step } of steps) {
      const after = standing(demoRules().map((one) => (one.category === category ? stepped(one, field, step) : one)));
      for (const [index, value] of after.entries())
        assert.ok(value <= before[index]! + 1e-12, `${field} ${step} lets more run: ${value} after ${before[index]}`);
      if (after.some((value, index) => value < before[index]! - 1e-12)) tightened.add(field);
    }
    assert.deepEqual([...tightened].sort(), ['amount', 'confidence_penalty', 'parameters.high_risk_threshold']);
  });
});

/** The demo's, the last asking for a higher threshold: a lower one is never applied. */
function demoRules(): Heuristic[] {
  const rules = structuredClone(demoHeuristics(22)) as unknown as Heuristic[];
  return rules.map((one) =>
    one.category === 'policy_tuning' ? stepped(one, 'parameters.high_risk_threshold', 0.24) : one,
  );
}

/** `field` as in an adjustment: a path inside the rule, `[]` for every entry of a list. */
function stepped(heuristic: Heuristic, field: string, step: number): Heuristic {
  const copy = structuredClone(heuristic);
  const move = (at: Json, [name, ...rest]: string[]): void => {
    const fields = at as Record<string, Json>;
    if (name === undefined) return;
    if (name.endsWith('[]')) for (const entry of fields[name.slice(0, -2)] as Json[]) move(entry, rest);
    else if (rest.length > 0) move(fields[name]!, rest);
    else fields[name] = (fields[name] as number) + step;
  };
  move(copy.rule, field.split('.'));
  return copy;
}

/** What the rules let run, the more the larger: planned probabilities, confidences after failures, less the threshold for HIGH. */
function standing(heuristics: Heuristic[]): number[] {
  const tasks = (['LOW', 'MEDIUM', 'HIGH'] as const).map((risk_level): Task => ({
    task_id: risk_level,
    wave: 1,
    priority: 1,
    risk_level,
    task_type: null,
    capabilities: [],
    payload: null,
    generation: 1,
  }));
  const predictions = tasks.map(({ task_id }) => ({
    task_id,
    agent_id: null,
    success_probability: 0.72,
    confidence_delta: 0,
    execution_time_ms: 10,
  }));
  const answer = applyHeuristics({ tasks, predictions, heuristics, previousSuccessRate: 0.91 });
  const { retryPenalty } = answer;
  return [
    ...answer.predictions.map(({ success_probability }) => success_probability),
    ...tasks.flatMap(({ risk_level }) =>
      [1, 2, 3, 4].map((failures) => confidenceAfterFailures(0.64, risk_level, failures, retryPenalty)),
    ),
    -(answer.highRiskThreshold ?? 0),
  ];
}
