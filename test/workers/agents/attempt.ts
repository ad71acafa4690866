/** A task and its context, as the executor hands them to an agent. */
import type { TaskContext } from '../../../activities/agent-adapter.ts';
import { startParameters } from '../../../domain/model/agent.ts';
import type { Json, Task } from '../../../domain/model/task.ts';

export function task(payload: Json = null, taskId = 't_1'): Task {
  return {
    task_id: taskId,
    wave: 1,
    priority: 1,
    risk_level: 'LOW',
    task_type: null,
    capabilities: [],
    payload,
    generation: 1,
  };
}

export function context(signal: AbortSignal = new AbortController().signal, taskId = 't_1'): TaskContext {
  return {
    idempotency_key: `set/${taskId}/1`,
    wave: 1,
    attempt: 1,
    parameters: startParameters(4),
    dry_run: false,
    declared_success_probability: 0.9,
    declared_time_ms: 10,
    elapsed_ms: 0,
    signal,
  };
}
