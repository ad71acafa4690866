/**
 * Phase 21 of the demo: a short trial before the waves, of other tasks, so that little is known of each agent and the
 * first wave still has to learn. One file per family of outcome rows: the top-level file, `wave_1` and `wave_2`.
 */
import { seededRandom } from '../model/random.ts';
import type { Json } from '../model/task.ts';
import { demoBaseMs, offsetTimestamp } from './demo-time.ts';
import { toDecimals } from './decimals.ts';
import type { DemoAgent } from './fleet.ts';

export const HISTORY_WAVES = [1, 2] as const;

export interface HistoryFile {
  path: string;
  records: Json[];
}

interface Trial {
  taskId: string;
  agent: DemoAgent;
  wave: number;
  predicted: number;
  /** Attempts that failed before the last. */
  retries: number;
  success: boolean;
  durationMs: number;
  startMs: number;
}

const TRIAL_MS = 280;
/** Of two tasks per agent and wave, in file order. */
const TASKS_PER_AGENT = 2;

/** `phase21/…/execution_outcomes.jsonl`, all three families; one row of a task that a gate stopped among them. */
export function executionOutcomes(fleet: readonly DemoAgent[], seed: number): HistoryFile[] {
  const files: HistoryFile[] = [
    { path: 'phase21/execution_outcomes.jsonl', records: trials(fleet, seed, 1, 'trial_1_').map(comparisonRow) },
  ];
  for (const agent of fleet) {
    const own = trials([agent], seed, 1, `wave1_${agent.agent_id}_task`);
    files.push({ path: outcomesPath(1, agent), records: own.flatMap(attemptRows) });
  }
  for (const [index, agent] of fleet.entries()) {
    const records = trials([agent], seed, 2, `trial_2_${agent.agent_id}_`).map(spanRow);
    if (index === 0) records.push(gateStoppedRow(agent, seed));
    files.push({ path: outcomesPath(2, agent), records });
  }
  return files;
}

/** `phase21/metrics.jsonl`. */
export function executionMetrics(seed: number): Json[] {
  return HISTORY_WAVES.flatMap((wave) => {
    const rows: [name: string, value: number, unit: string, target: number][] = [
      ['success_rate', wave === 1 ? 0.94 : 0.95, 'ratio', 0.9],
      ['failure_rate', wave === 1 ? 0.06 : 0.05, 'ratio', 0.1],
      ['retry_rate', wave === 1 ? 0.09 : 0.08, 'retries/task', 0.1],
      ['availability', 1, 'ratio', 0.99],
      ['accuracy', wave === 1 ? 0.87 : 0.88, 'ratio', 0.85],
      ['load_balance', wave === 1 ? 0.82 : 0.83, 'ratio', 0.85],
      ['load_imbalance', wave === 1 ? 0.18 : 0.17, 'ratio', 0.15],
      ['throughput', wave === 1 ? 23.6 : 24.4, 'tasks/sec', 35],
    ];
    return rows.map(([metric_name, value, unit, target_value]) => ({
      metric_name,
      wave,
      value,
      unit,
      target_value,
      timestamp: waveEnd(seed, wave),
    }));
  });
}

/** `phase21/wave_<wave>/learning_signals.jsonl`: two rows per agent. */
export function executionSignals(fleet: readonly DemoAgent[], seed: number, wave: number): Json[] {
  const tasks = fleet.flatMap((agent) => trialsOfWave(agent, fleet, seed, wave).slice(0, 1));
  return tasks.flatMap((trial) => {
    const actual = trial.success ? 1 : 0;
    const confidence = trial.predicted;
    const generated_at = waveEnd(seed, wave);
    return [
      {
        signal_type: 'agent_performance',
        target_phase: 18,
        content: {
          agent_id: trial.agent.agent_id,
          task_id: trial.taskId,
          success: trial.success,
          confidence_delta: toDecimals(actual - trial.predicted, 4),
          retry_count: trial.retries,
        },
        confidence,
        generated_at,
        wave,
      },
      {
        signal_type: 'prediction_validation',
        target_phase: 20,
        content: {
          task_id: trial.taskId,
          predicted_success: trial.predicted,
          actual_success: actual,
          error_margin: toDecimals(Math.abs(actual - trial.predicted), 4),
        },
        confidence,
        generated_at,
        wave,
      },
    ];
  });
}

/** `phase21/wave_<wave>/system_health.json`: a list of one. */
export function executionHealth(seed: number, wave: number): Json {
  return [
    {
      wave,
      health_score: wave === 1 ? 84.2 : 85.1,
      health_status: 'GOOD',
      success_rate: wave === 1 ? 0.94 : 0.95,
      availability: 1,
      accuracy: wave === 1 ? 0.87 : 0.88,
      load_balance: wave === 1 ? 0.82 : 0.83,
      timestamp: waveEnd(seed, wave),
    },
  ];
}

function outcomesPath(wave: number, agent: DemoAgent): string {
  return `phase21/wave_${wave}/${agent.agent_id}/execution_outcomes.jsonl`;
}

function trialsOfWave(agent: DemoAgent, fleet: readonly DemoAgent[], seed: number, wave: number): Trial[] {
  if (wave === 1) return trials(fleet, seed, 1, 'trial_1_').filter((trial) => trial.agent.agent_id === agent.agent_id);
  return trials([agent], seed, 2, `trial_2_${agent.agent_id}_`);
}

/** Two tasks per agent. Only the flaky agent needs second attempts: a hint, not yet proof. */
function trials(fleet: readonly DemoAgent[], seed: number, wave: number, idPrefix: string): Trial[] {
  return fleet.flatMap((agent, agentIndex) =>
    Array.from({ length: TASKS_PER_AGENT }, (_, index) => {
      const number = agentIndex * TASKS_PER_AGENT + index + 1;
      const taskId = `${idPrefix}${String(number).padStart(3, '0')}`;
      const random = seededRandom('demo trial', seed, taskId);
      return {
        taskId,
        agent,
        wave,
        predicted: toDecimals(0.91 + 0.04 * random() + agent.declared_shift, 4),
        retries: agent.role === 'flaky' && index === 1 ? 1 : 0,
        success: true,
        durationMs: toDecimals((TRIAL_MS * (0.8 + 0.4 * random())) / agent.speed, 1),
        startMs: demoBaseMs(seed) + 300_000 + wave * 60_000 + number * 400,
      };
    }),
  );
}

/** Prediction against outcome; one row per task. */
function comparisonRow(trial: Trial): Json {
  const actual = trial.success ? 1 : 0;
  return {
    task_id: trial.taskId,
    agent_id: trial.agent.agent_id,
    wave: trial.wave,
    predicted_success: trial.predicted,
    actual_success: actual,
    predicted_vs_actual_error: toDecimals(Math.abs(trial.predicted - actual), 4),
    retries: trial.retries,
    timestamp: offsetTimestamp(trial.startMs + Math.ceil(trial.durationMs), 403),
  };
}

/** One row per attempt; its agent is told by the folder, and a success still carries the error of the attempt before. */
function attemptRows(trial: Trial): Json[] {
  const rows: Json[] = [];
  for (let attempt = 1; attempt <= trial.retries + 1; attempt++) {
    const success = attempt > trial.retries && trial.success;
    const delta = success ? 0.05 : -0.05;
    rows.push({
      task_id: trial.taskId,
      wave: trial.wave,
      status: success ? 'success' : 'failed',
      initial_confidence: trial.predicted,
      final_confidence: toDecimals(Math.min(1, trial.predicted + delta), 4),
      confidence_delta: toDecimals(Math.min(1, trial.predicted + delta) - trial.predicted, 4),
      execution_time_ms: trial.durationMs,
      attempts: attempt,
      heuristics_applied: ['H16_001'],
      error_message: trial.retries > 0 ? `Timeout on attempt ${success ? attempt - 1 : attempt}` : null,
      timestamp: offsetTimestamp(trial.startMs + attempt * Math.ceil(trial.durationMs), 120),
    });
  }
  return rows;
}

/** Start and end; one row per task. */
function spanRow(trial: Trial): Json {
  return {
    task_id: trial.taskId,
    agent_id: trial.agent.agent_id,
    wave: trial.wave,
    status: trial.success ? 'completed' : 'failed',
    start_time: offsetTimestamp(trial.startMs),
    end_time: offsetTimestamp(trial.startMs + Math.floor(trial.durationMs)),
    retry_count: trial.retries,
    success: trial.success,
    error_msg: null,
  };
}

/** A task that a gate stopped: it has no end, and says nothing of its agent. */
function gateStoppedRow(agent: DemoAgent, seed: number): Json {
  return {
    task_id: 'trial_2_stopped',
    agent_id: agent.agent_id,
    wave: 2,
    status: 'failed',
    start_time: offsetTimestamp(demoBaseMs(seed) + 470_000),
    end_time: null,
    retry_count: 0,
    success: false,
    error_msg: 'gate',
  };
}

function waveEnd(seed: number, wave: number): string {
  return offsetTimestamp(demoBaseMs(seed) + 420_000 + wave * 60_000);
}
