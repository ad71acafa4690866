import type { AttemptLine } from '../../../domain/model/outcome.ts';

/** A plausible line; `position` tells lines apart. */
export function attemptLine(position: number, over: Partial<AttemptLine> = {}): AttemptLine {
  return {
    position,
    task_id: `task_${position}`,
    agent_id: 'agent_0',
    plan_version: 1,
    risk_level: 'LOW',
    task_type: null,
    attempt: 1,
    status: 'completed',
    verdict: 'completed',
    started_at: 1_000 + position,
    finished_at: 1_030 + position,
    speed_multiplier: 1,
    declared: 0.8,
    confidence: 0.8,
    threshold: 0.5,
    predicted_ms: 31,
    declared_ms: 30,
    agent_confidence: null,
    cost: null,
    error: null,
    output: { text: 'fertig ✓' },
    output_ref: null,
    output_sha256: null,
    idempotency_key: `demo/task_${position}/1`,
    ...over,
  };
}
