/** An agent that is a service: it gets each task by POST, and answers with the outcome. */
import { validateHeaderValue } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { AgentAdapter, TaskContext } from '../../activities/agent-adapter.ts';
import { CheckedPost } from '../../activities/outbound/checked-post.ts';
import type { HttpEntry } from '../../contracts/agents-file.ts';
import { BadInputError } from '../../contracts/bad-input.ts';
import type { AgentAnswer } from '../../domain/model/outcome.ts';
import type { Task } from '../../domain/model/task.ts';
import { hideSecrets, resolveNamedValues } from './named-values.ts';
import { errorText, failed, readAnswer, taskMessage } from './task-exchange.ts';

const SHOWN_OF_REFUSAL = 200;
/** A service that says "at once" is not asked without pause. */
const RETRY_AFTER_MS_MIN = 100;
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Headers are read from `env` now: throws `BadInputError` where a variable is missing or cannot be a header. Calls are
 * bounded by the task's own abort signal.
 */
export function httpAgent(entry: HttpEntry, allowedHosts: readonly string[], env: NodeJS.ProcessEnv): AgentAdapter {
  const where = `agent ${entry.agent_id}: headers`;
  const { values, secrets } = resolveNamedValues(where, entry.headers, env);
  for (const [name, value] of Object.entries(values)) {
    try {
      validateHeaderValue(name, value);
    } catch {
      const expected = 'text without line breaks and other control characters';
      throw new BadInputError([{ field: `${where}.${name}`, value: 'another', expected }]);
    }
  }
  const outbound = new CheckedPost({ allowedHosts, allowPrivate: entry.allowPrivate });
  const { host } = new URL(entry.url);

  async function execute(task: Task, context: TaskContext): Promise<AgentAnswer> {
    const request = {
      url: entry.url,
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'Idempotency-Key': context.idempotency_key,
      },
      ownHeaders: values,
      body: taskMessage(task, context),
      signal: context.signal,
    };
    try {
      for (;;) {
        const { status, retryAfter, body } = await outbound.post(request);
        if (status >= 200 && status <= 299) return readAnswer(host, body, secrets);
        const pauseMs = status === 429 || status === 503 ? retryAfterMs(retryAfter, Date.now()) : null;
        if (pauseMs === null) {
          // Cut after hiding: half a secret is one too.
          const beginning = hideSecrets(body, secrets).slice(0, SHOWN_OF_REFUSAL).trim();
          return failed(`${host} answered with status ${status}: ${beginning}`, secrets);
        }
        await wait(Math.min(Math.max(pauseMs, RETRY_AFTER_MS_MIN), TIMER_MS_MAX), undefined, {
          signal: context.signal,
        });
      }
    } catch (error) {
      return failed(`${host}: ${errorText(error)}`, secrets);
    }
  }
  return { execute, close: () => outbound.close() };
}

/** Milliseconds that `Retry-After` asks to wait: whole seconds, or a date; null where it says neither. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
