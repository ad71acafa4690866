/** What goes to an agent and what comes back from it, the same for every kind that is not simulated. */
import type { TaskContext } from '../../activities/agent-adapter.ts';
import { answerSchema } from '../../contracts/agent-answer.ts';
import { zodReason } from '../../contracts/zod-problems.ts';
import type { AgentAnswer } from '../../domain/model/outcome.ts';
import type { Json, Task } from '../../domain/model/task.ts';
import { hideSecrets } from './named-values.ts';

/** The task as programs and services get it: one JSON object. */
export function taskMessage(task: Task, context: TaskContext): string {
  const { signal: _, ...rest } = context;
  return JSON.stringify({ task, context: rest });
}

/**
 * Reads an answer; anything but an answer is a failed attempt that says what came instead. `from` names the agent's
 * program, host or file. Secrets are made unreadable wherever they stand.
 */
export function readAnswer(from: string, text: string, secrets: readonly string[] = []): AgentAnswer {
  let value: Json;
  try {
    // Hidden before anything is judged or cut: half a secret is one too.
    value = hidden(JSON.parse(text) as Json, secrets);
  } catch {
    return failed(`${from} gave no JSON: ${hideSecrets(text, secrets).slice(0, 200)}`, secrets);
  }
  const answer = answerSchema.safeParse(value);
  return answer.success ? answer.data : failed(`${from} answered wrongly: ${zodReason(answer.error, value)}`, secrets);
}

/** A failed attempt, with its reason. */
export function failed(error: string, secrets: readonly string[]): AgentAnswer {
  return { status: 'failed', error: hideSecrets(error, secrets) };
}

/** The words of an error; of one without any, its code. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
}

function hidden(value: Json, secrets: readonly string[]): Json {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return hideSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((one) => hidden(one, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [hideSecrets(key, secrets), hidden(one, secrets)]),
  );
}
