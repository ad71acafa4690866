/** Phase 16 of the demo: one heuristic of each of the four known rule shapes. */
import type { Json } from '../model/task.ts';
import { demoBaseMs, zuluTimestamp } from './demo-time.ts';

const HOURS_EARLIER = 9.5;

/** `phase16/heuristics.jsonl`. */
export function demoHeuristics(seed: number): Json[] {
  const timestamp = zuluTimestamp(demoBaseMs(seed) - HOURS_EARLIER * 3_600_000, 996);
  return [
    {
      heuristic_id: 'H16_001',
      category: 'task_prioritization',
      name: 'Sure things first',
      description: 'Within a wave, tasks of low risk and high confidence go first.',
      rule: {
        priority_order: [
          { risk_level: 'LOW', confidence_min: 0.85 },
          { risk_level: 'MEDIUM', confidence_min: 0.75 },
          { risk_level: 'HIGH', confidence_min: 0.9 },
        ],
      },
      confidence: 0.92,
      applicability: { all_risk_levels: true, min_confidence: 0.5 },
      expected_improvement: 0.08,
      timestamp,
    },
    {
      heuristic_id: 'H16_002',
      category: 'confidence_elevation',
      name: 'Lift borderline medium risks',
      description: 'Medium-risk tasks just below the threshold have turned out well.',
      rule: {
        condition: { risk_level: 'MEDIUM', confidence_range: [0.7, 0.75] },
        action: 'boost_confidence_by',
        amount: 0.05,
      },
      confidence: 0.85,
      applicability: { risk_level: 'MEDIUM', confidence_range: [0.7, 0.75] },
      expected_improvement: 0.05,
      timestamp,
    },
    {
      heuristic_id: 'H16_003',
      category: 'risk_assessment',
      name: 'Trust less after a failure',
      description: 'A failed task is tried again with a lower confidence.',
      rule: {
        condition: { status: 'failed', risk_level: ['LOW', 'MEDIUM'] },
        action: 'retry_with_confidence_recalibration',
        max_retries: 3,
        confidence_penalty: -0.05,
      },
      confidence: 0.88,
      applicability: { applicable_statuses: ['failed'], applicable_risk_levels: ['LOW', 'MEDIUM'] },
      expected_improvement: 0.03,
      timestamp,
    },
    {
      heuristic_id: 'H16_004',
      category: 'policy_tuning',
      name: 'Loosen after a good wave',
      description: 'After a successful wave, a lower threshold for high risks is wished for.',
      rule: {
        condition: { success_rate_previous_wave: 0.9 },
        action: 'adjust_policy',
        parameters: { high_risk_threshold: 0.7 },
      },
      confidence: 0.82,
      applicability: { trigger: 'high_success_previous_wave', success_threshold: 0.9 },
      expected_improvement: 0.12,
      timestamp,
    },
  ];
}
