import assert from 'node:assert/strict';
import { applyHeuristics } from '../../../domain/heuristics/apply.ts';
import type { Json, Task } from '../../../domain/model/task.ts';

describe('the scope of a rule', () => {
  it('is nothing where condition and applicability have no confidence in common', () => {
    const condition = { confidence_range: [0, 0.3] };
    const rules: Json[] = [
      { action: 'boost_confidence_by', condition, amount: 0.05 },
      {
        action: 'retry_with_confidence_recalibration',
        condition: { ...condition, status: 'failed' },
        max_retries: 3,
        confidence_penalty: -0.05,
      },
      {
        action: 'adjust_policy',
        condition: { ...condition, success_rate_previous_wave: 0.9 },
        parameters: { high_risk_threshold: 0.95 },
      },
    ];
    const task: Task = {
      task_id: 't',
      wave: 1,
      priority: 1,
      risk_level: 'HIGH',
      task_type: null,
      capabilities: [],
      payload: null,
      generation: 1,
    };
    const answer = applyHeuristics({
      tasks: [task],
      predictions: [
        { task_id: 't', agent_id: null, success_probability: 0.2, confidence_delta: 0, execution_time_ms: 10 },
      ],
      heuristics: rules.map((rule, index) => ({
        heuristic_id: `H${index}`,
        category: 'any',
        rule,
        confidence: 0.9,
        applicability: { min_confidence: 0.8 },
        expected_improvement: null,
      })),
      previousSuccessRate: 1,
    });
    assert.deepEqual([answer.applied, answer.widened, answer.misread], [[], [], []]);
    assert.ok(answer.skipped.every(({ reason }) => reason.endsWith(' is in its scope')));
    assert.deepEqual([answer.highRiskThreshold, answer.retryPenalty], [null, []]);
  });
});
