/** What every kind of agent is: something that executes one task, and answers. */
import type { TunedParameters } from '../domain/model/agent.ts';
import type { AgentAnswer } from '../domain/model/outcome.ts';
import type { Task } from '../domain/model/task.ts';

export interface TaskContext {
  /** `dataset/task_id/generation`: the same in every attempt, agent and run. */
  idempotency_key: string;
  wave: number;
  /** Counted from 1 over all agents. */
  attempt: number;
  parameters: TunedParameters;
  dry_run: boolean;
  /** What was declared for this task on this agent. */
  declared_success_probability: number;
  declared_time_ms: number;
  /** Milliseconds since the agent's first task of the wave. */
  elapsed_ms: number;
  /** Aborted when the attempt's time is up or the process must end. */
  signal: AbortSignal;
}

export interface AgentAdapter {
  /** Throwing counts as a failed attempt. */
  execute(task: Task, context: TaskContext): Promise<AgentAnswer>;
  /** Gives back what it holds, such as connections, once nothing is executed any more. */
  close?(): void;
}
