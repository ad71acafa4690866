import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A data set in a temporary folder, made of the given files; rows that are not text or bytes become JSON lines. */
export class DatasetFixture {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'dataset-')));

  write(path: string, content: string | Buffer | readonly object[]): this {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    const lines = Array.isArray(content) ? content.map((row) => `${JSON.stringify(row)}\n`).join('') : content;
    writeFileSync(file, lines as string | Buffer);
    return this;
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}

/** A good row of each JSONL input file, as the neighbours write it. */
export const GOOD_ROWS: Record<string, Record<string, unknown>> = {
  'phase20/predicted_tasks.jsonl': {
    task_id: 'task_1_1',
    agent_id: 'agent_0',
    predicted_success_probability: 0.8125,
    confidence_delta_estimate: 0.0211,
    predicted_execution_time: 28.4,
    risk_assessment: 'MEDIUM',
    reasoning: '…',
    timestamp: '2026-03-02T08:15:30.120455+00:00',
  },
  'phase20/predicted_schedule.jsonl': {
    task_id: 'task_1_1',
    agent_id: 'agent_0',
    wave: 1,
    predicted_start_time: 0,
    predicted_end_time: 28.4,
    priority: 2,
    status: 'ASSIGNED',
  },
  'phase20/metrics.jsonl': { metric_name: 'prediction_accuracy', value: 0.78, target_value: 0.85, status: 'warning' },
  'phase20/anomalies.jsonl': {
    anomaly_type: 'prediction_drift',
    severity: 'high',
    affected_waves: [2, 3],
    affected_agents: [],
  },
  'phase20/learning_signals.jsonl': { feedback_type: 'heuristic_effectiveness', confidence: 0.81, description: '…' },
  'phase21/execution_outcomes.jsonl': {
    task_id: 'task_1_1',
    agent_id: 'agent_0',
    wave: 1,
    status: 'success',
    execution_time_ms: 31.2,
    attempts: 2,
  },
  'phase21/metrics.jsonl': { metric_name: 'retry_rate', wave: 1, value: 0.15, unit: 'retries/task' },
  'phase21/wave_1/learning_signals.jsonl': {
    signal_type: 'agent_performance',
    content: { agent_id: 'agent_0', task_id: 'task_1_000', success: true, confidence_delta: 0.16, retry_count: 0 },
    wave: 1,
  },
  'phase16/heuristics.jsonl': {
    heuristic_id: 'H16_002',
    category: 'confidence_elevation',
    rule: { action: 'boost_confidence_by', amount: 0.05 },
    confidence: 0.85,
    applicability: { risk_level: 'MEDIUM' },
    expected_improvement: 0.05,
  },
  'phase16/phase22_ack.jsonl': { signal_id: 's1', status: 'applied', effect: 'raised' },
};
