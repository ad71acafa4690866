/** What each agent achieved in a wave: what the tuner judges its parameters by. */
import type { AcceptedAttempt, AgentPresence, WaveEvidence } from '../model/evidence.ts';
import { atLeastShortest, type AttemptLine } from '../model/outcome.ts';
import { attemptsByAgent, availableMs, busyMs, waveWindow } from './window.ts';
import { wilsonInterval } from './wilson.ts';

export interface AgentResult {
  /** Accepted attempts, cancelled ones included. */
  attempts: number;
  /** Tasks whose final attempt completed or failed here. */
  completed_tasks: number;
  failed_tasks: number;
  /** Those of them that completed or failed, and those that completed: a cancelled one says nothing about the agent. */
  decided: number;
  succeeded: number;
  /** succeeded ÷ decided; null: none. */
  success_rate: number | null;
  /** 95 % Wilson interval of `success_rate`. */
  interval: [number, number] | null;
  /** Attempts beyond this agent's first at the same task ÷ its attempts; null: none. */
  retry_rate: number | null;
  /** Busy ÷ offered slot-time, as in the metric agent_utilization; null: the agent was never up. */
  utilization: number | null;
  /** Completed tasks per second that the agent was up and not paused; null: the agent was never up. */
  throughput: number | null;
  /** Mean time of the attempts that completed or failed; null: none. */
  mean_attempt_ms: number | null;
  /** Geometric mean of actual ÷ predicted time over attempts that completed; null: too few, or the agent was not known before. */
  slowdown: number | null;
}

/** By agent id, in sorted order: every agent that the evidence names or that has an attempt. */
export function agentResults(
  evidence: WaveEvidence,
  attempts: readonly AcceptedAttempt[],
  slowdowns: ReadonlyMap<string, number>,
): Record<string, AgentResult> {
  const byAgent = attemptsByAgent(attempts);
  const presences = new Map(evidence.agents.map((agent) => [agent.agent_id, agent]));
  const agentIds = [...new Set([...presences.keys(), ...byAgent.keys()])].sort();
  return Object.fromEntries(
    agentIds.map((id) => {
      const slowdown = slowdowns.get(id) ?? null;
      return [id, { ...resultOf(evidence, presences.get(id), byAgent.get(id) ?? []), slowdown }];
    }),
  );
}

type TimedAttempt = Pick<AttemptLine, 'agent_id' | 'status' | 'started_at' | 'finished_at' | 'predicted_ms'>;

/** Fewer attempts tell of a few slow tasks, not of the agent. */
const SLOWDOWN_ATTEMPTS_MIN = 5;

/** By agent: how much longer its completed attempts took than was predicted, where there are five or more. */
export function slowdownsOf(lines: readonly TimedAttempt[]): Map<string, number> {
  const logs = new Map<string, number[]>();
  for (const { agent_id, status, started_at, finished_at, predicted_ms } of lines) {
    if (status !== 'completed') continue;
    const own = logs.get(agent_id) ?? [];
    logs.set(agent_id, own);
    own.push(Math.log(atLeastShortest(finished_at - started_at) / predicted_ms));
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const told = [...logs].filter(([, own]) => own.length >= SLOWDOWN_ATTEMPTS_MIN);
  return new Map(told.map(([agent, own]) => [agent, Math.exp(mean(own))]));
}

function resultOf(
  evidence: WaveEvidence,
  presence: AgentPresence | undefined,
  attempts: readonly AcceptedAttempt[],
): Omit<AgentResult, 'slowdown'> {
  const decided = attempts.filter((attempt) => attempt.status !== 'cancelled');
  const successes = decided.filter((attempt) => attempt.status === 'completed').length;
  const finals = decided.filter((attempt) => attempt.final);
  const completedTasks = finals.filter((attempt) => attempt.status === 'completed').length;
  const tasks = new Set(attempts.map((attempt) => attempt.task_id)).size;
  const window = waveWindow(evidence);
  const upMs = presence === undefined || window === null ? 0 : availableMs(presence, window, evidence.pauses);
  const offeredMs = (presence?.max_parallel_tasks ?? 0) * upMs;
  return {
    attempts: attempts.length,
    decided: decided.length,
    succeeded: successes,
    completed_tasks: completedTasks,
    failed_tasks: finals.length - completedTasks,
    success_rate: decided.length === 0 ? null : successes / decided.length,
    interval: decided.length === 0 ? null : wilsonInterval(successes, decided.length),
    retry_rate: attempts.length === 0 ? null : (attempts.length - tasks) / attempts.length,
    utilization: offeredMs === 0 ? null : Math.min(1, busyMs(attempts) / offeredMs),
    throughput: upMs === 0 ? null : completedTasks / (upMs / 1000),
    mean_attempt_ms: decided.length === 0 ? null : busyMs(decided) / decided.length,
  };
}
