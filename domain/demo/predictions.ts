/** Phase 20 of the demo: predictions per task and agent, and the schedule that phase 20 made of them. */
import { normal, seededRandom } from '../model/random.ts';
import { demoBaseMs, offsetTimestamp } from './demo-time.ts';
import type { Json } from '../model/task.ts';
import type { DemoAgent } from './fleet.ts';
import { toDecimals } from './decimals.ts';
import type { DemoTask } from './tasks.ts';

export interface PredictionRow {
  [key: string]: Json;
  task_id: string;
  agent_id: string;
  predicted_success_probability: number;
  confidence_delta_estimate: number;
  predicted_execution_time: number;
  risk_assessment: string;
  reasoning: string;
  timestamp: string;
}

export interface ScheduleRow {
  [key: string]: string | number;
  task_id: string;
  agent_id: string;
  wave: number;
  predicted_start_time: number;
  predicted_end_time: number;
  predicted_success_probability: number;
  predicted_confidence_delta: number;
  priority: number;
  status: string;
  timestamp: string;
}

const AGENT_TIME_SPREAD = 0.04;
const PROBABILITY_MAX = 0.995;
/** Phase 20 writes a row in about this time. */
const ROW_MICROSECONDS = 137;

/**
 * What is declared of a task on an agent. Times hardly depend on the agent: upstream does not know who is slow. The
 * payload is what the task truly asks for, by which simulated agents go.
 */
export function predictTask(task: DemoTask, agent: DemoAgent, seed: number, row: number): PredictionRow {
  const random = seededRandom('demo prediction', seed, task.task_id, agent.agent_id);
  const time = task.typical_ms * Math.exp(AGENT_TIME_SPREAD * normal(random));
  const probability = Math.min(PROBABILITY_MAX, task.typical_success + agent.declared_shift);
  const believed = (100 * (0.93 + agent.declared_shift)).toFixed(2);
  return {
    task_id: task.task_id,
    agent_id: agent.agent_id,
    predicted_success_probability: toDecimals(probability, 4),
    confidence_delta_estimate: toDecimals(0.01 + 0.02 * random(), 4),
    predicted_execution_time: toDecimals(time, 1),
    risk_assessment: task.risk,
    reasoning: `Agent ${agent.agent_id} success rate ${believed}%, task risk ${task.risk}, complexity ${task.complexity.toFixed(2)}`,
    ...(task.capabilities.length > 0 ? { capabilities: [...task.capabilities] } : {}),
    payload: { typical_ms: toDecimals(task.typical_ms, 1), typical_success: toDecimals(task.typical_success, 4) },
    timestamp: rowTimestamp(seed, 0, row),
  };
}

/**
 * The rows of one wave's schedule: tasks in turn over the agents that can do them. `clocks` holds, per agent, where its
 * schedule ends so far, milliseconds; it runs on over all waves and is moved on here.
 */
export function scheduleWave(
  tasks: readonly DemoTask[],
  fleet: readonly DemoAgent[],
  predictions: ReadonlyMap<string, PredictionRow>,
  clocks: Map<string, number>,
  seed: number,
): ScheduleRow[] {
  return tasks.map((task, index) => {
    const able = fleet.filter((agent) => task.capabilities.every((one) => agent.capabilities.includes(one)));
    const { agent_id } = able[index % able.length]!;
    const prediction = predictions.get(predictionKey(task.task_id, agent_id))!;
    const start = clocks.get(agent_id) ?? 0;
    const end = toDecimals(start + prediction.predicted_execution_time, 1);
    clocks.set(agent_id, end);
    return {
      task_id: task.task_id,
      agent_id,
      wave: task.wave,
      predicted_start_time: start,
      predicted_end_time: end,
      predicted_success_probability: prediction.predicted_success_probability,
      predicted_confidence_delta: prediction.confidence_delta_estimate,
      priority: task.priority,
      status: 'ASSIGNED',
      timestamp: rowTimestamp(seed, 60 + task.wave, index),
    };
  });
}

/** Key of a prediction in a map. */
export function predictionKey(taskId: string, agentId: string): string {
  return `${taskId} ${agentId}`;
}

function rowTimestamp(seed: number, seconds: number, row: number): string {
  const micros = row * ROW_MICROSECONDS;
  return offsetTimestamp(demoBaseMs(seed) + seconds * 1000 + Math.floor(micros / 1000), micros % 1000);
}
