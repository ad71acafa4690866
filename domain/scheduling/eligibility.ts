/** Which agents may take a task, and in words why none may. */
import { attemptsElsewhere } from '../dispatch/verdict.ts';
import { invariant } from '../model/invariant.ts';
import type { Estimate, PendingTask, PlanInput, PlanningAgent } from './plan-wave.ts';

export interface Candidate {
  /** Index of the agent in the input. */
  agent: number;
  estimate: Estimate;
  confidence: number;
  /** Attempts that it may still make there. */
  attemptsLeft: number;
}

/**
 * The agents that may take the task: capable, with attempts left, and with a prediction. Where some of them pass the
 * gate's threshold, only those: on another the gate would defer the task. Of these, a task that has failed before goes to
 * one that is not failing itself, and with its last attempts to one that has not failed it, where there are such: else
 * agents that break together use up its attempts. A text instead: nobody may, and why.
 */
export function candidatesFor(input: PlanInput, pending: PendingTask): Candidate[] | string {
  const { task, attempts_used } = pending;
  const attemptsLeft = input.maxAttempts - attempts_used;
  if (attemptsLeft <= 0) return `all ${input.maxAttempts} attempts that the run allows are used`;
  if (input.agents.length === 0) return 'no agent is up';
  const candidates: Candidate[] = [];
  const incapable: string[] = [];
  const usedUp: string[] = [];
  const unpredicted: string[] = [];
  input.agents.forEach(({ agent, parameters }, index) => {
    const leftHere = parameters.retry_threshold - (pending.attempts_on[agent.agent_id] ?? 0);
    if (!isCapable(task.capabilities, agent.capabilities)) return incapable.push(agent.agent_id);
    if (leftHere <= 0) return usedUp.push(agent.agent_id);
    const estimate = input.estimate(task, agent.agent_id);
    if (estimate === null) return unpredicted.push(agent.agent_id);
    checkEstimate(estimate, task.task_id, agent.agent_id);
    return candidates.push({
      agent: index,
      estimate,
      confidence: confidenceOf(estimate),
      attemptsLeft: Math.min(leftHere, Math.max(1, attemptsLeft - attemptsElsewhere(input.maxAttempts))),
    });
  });
  if (candidates.length > 0) {
    const threshold = input.threshold(task.risk_level);
    const allowed = passingOrAll(candidates, ({ confidence }) => confidence >= threshold);
    return attempts_used === 0 ? allowed : sounder(input, pending, allowed);
  }
  const reasons: string[] = [];
  if (usedUp.length > 0) reasons.push(`it used up its attempts on ${usedUp.join(', ')}`);
  if (unpredicted.length > 0) reasons.push(`there is no prediction for it on ${unpredicted.join(', ')}`);
  if (incapable.length === input.agents.length) reasons.push(`no agent that is up offers ${offer(pending)}`);
  else if (incapable.length > 0) reasons.push(`no other agent that is up offers ${offer(pending)}`);
  return reasons.join('; ');
}

function sounder(
  { agents, maxAttempts }: PlanInput,
  { attempts_used, attempts_on }: PendingTask,
  allowed: Candidate[],
): Candidate[] {
  const steady = passingOrAll(allowed, ({ agent }) => !agents[agent]!.failing);
  if (maxAttempts - attempts_used > attemptsElsewhere(maxAttempts)) return steady;
  return passingOrAll(steady, ({ agent }) => (attempts_on[agents[agent]!.agent.agent_id] ?? 0) === 0);
}

/** Those that pass, or all where none does. */
function passingOrAll<T>(all: T[], passes: (one: T) => boolean): T[] {
  const passing = all.filter(passes);
  return passing.length > 0 ? passing : all;
}

/** What the gate holds against its threshold, 0–1. */
export function confidenceOf({ declared, gate_success }: Estimate): number {
  return Math.min(declared, gate_success);
}

function isCapable(asked: readonly string[], offered: readonly string[]): boolean {
  return asked.every((capability) => offered.includes(capability));
}

function offer({ task }: PendingTask): string {
  return task.capabilities.join(' and ');
}

function checkEstimate(estimate: Estimate, taskId: string, agentId: string): void {
  const { predicted_ms, predicted_success } = estimate;
  invariant(
    predicted_ms > 0 && Number.isFinite(predicted_ms) && predicted_success >= 0 && predicted_success <= 1,
    `the estimate of ${taskId} on ${agentId} is ${predicted_ms} ms with success ${predicted_success}`,
  );
}

/** Checks what every plan assumes of its agents and tasks. */
export function checkPlanInput(pending: readonly PendingTask[], agents: readonly PlanningAgent[]): void {
  const ids = new Set(pending.map(({ task }) => task.task_id));
  invariant(ids.size === pending.length, 'a task is pending twice');
  for (const { agent, free_at, pace } of agents) {
    invariant(free_at.length > 0, `agent ${agent.agent_id} has no lane`);
    invariant(free_at.every(Number.isFinite), `agent ${agent.agent_id} is free at ${free_at.join(', ')} ms`);
    invariant(pace > 0 && Number.isFinite(pace), `agent ${agent.agent_id} has the pace ${pace}`);
  }
}
