import assert from 'node:assert/strict';
import type { AgentResult } from '../../../domain/metrics/agent-results.ts';
import { wilsonInterval } from '../../../domain/metrics/wilson.ts';
import type { Agent } from '../../../domain/model/agent.ts';
import { DEFAULT_TARGETS } from '../../../domain/model/targets.ts';
import { tuneAgents, type TuningAnswer, type TuningQuestion } from '../../../domain/tuning/tune-agents.ts';

export function agent(agent_id: string, slots = 4): Agent {
  return { agent_id, kind: 'simulated', slots, capabilities: [], idempotent: false };
}

/** `successes` of `attempts` succeeded; at the targets otherwise, for a fleet of two. */
export function result(successes: number, attempts: number, change: Partial<AgentResult> = {}): AgentResult {
  return {
    attempts,
    decided: attempts,
    succeeded: successes,
    completed_tasks: successes,
    failed_tasks: attempts - successes,
    success_rate: attempts === 0 ? null : successes / attempts,
    interval: attempts === 0 ? null : wilsonInterval(successes, attempts),
    retry_rate: attempts === 0 ? null : 0,
    utilization: 0.75,
    throughput: 17.5,
    mean_attempt_ms: attempts === 0 ? null : 100,
    slowdown: attempts === 0 ? null : 1,
    ...change,
  };
}

const AGENTS = [agent('a'), agent('b')];
export const tune = (change: Partial<TuningQuestion> = {}): TuningAnswer =>
  tuneAgents({
    agents: AGENTS,
    parameters: {},
    memory: {},
    frozen: false,
    results: null,
    adjustments: {},
    targets: DEFAULT_TARGETS,
    maxAttempts: 6,
    wave: 2,
    ...change,
  });
/** The wave after `answer`. */
export const next = (answer: TuningAnswer, wave: number, change: Partial<TuningQuestion>): TuningAnswer =>
  tune({ parameters: answer.parameters, memory: answer.memory, wave, ...change });
export const actionOf = (answer: TuningAnswer, id: string) => {
  const action = answer.actions.find(({ agent_id }) => agent_id === id);
  assert.ok(action);
  return action;
};
export const AT_TARGET = { a: result(90, 100), b: result(90, 100) };
/** Surely below the target: within 0.6–0.78. */
export const WORSE = result(70, 100);
