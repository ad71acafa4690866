/** Which tasks that failed for good in a run are to run again in its next wave. */

/** `all`: every one. */
export type RetryAsk = 'all' | string[];

const TASKS_MAX = 1000;
/** Ids that are said of those with the same reason; the rest is counted. */
const NAMED_MAX = 3;
const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

type Checked = { ok: true; ask: RetryAsk } | { ok: false; message: string };

/** Reads the payload of `retryFailed`: nothing, or `{"tasks": ["…"]}`. */
export function readRetryAsk(payload: unknown): Checked {
  if (payload === undefined || payload === null) return { ok: true, ask: 'all' };
  const expected = 'expected nothing, for every failed task, or {"tasks": ["task_1", …]}';
  if (typeof payload !== 'object' || Array.isArray(payload)) return refuse(expected);
  const { tasks, ...others } = payload as { tasks?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return refuse(`unknown field ${JSON.stringify(unknown)}; ${expected}`);
  if (tasks === undefined) return { ok: true, ask: 'all' };
  if (!Array.isArray(tasks) || tasks.length === 0 || tasks.length > TASKS_MAX) {
    return refuse(`tasks must be a list of 1 to ${TASKS_MAX} task ids`);
  }
  const bad = tasks.findIndex((id) => typeof id !== 'string' || !TASK_ID.test(id));
  if (bad >= 0) return refuse(`tasks[${bad}] must be a task id that matches ${TASK_ID.source}`);
  return { ok: true, ask: [...new Set(tasks as string[])] };
}

/** Whether an ask names more tasks than are kept. */
export function isTooMany(ask: RetryAsk): boolean {
  return ask !== 'all' && ask.length > TASKS_MAX;
}

export const TOO_MANY = `more than ${TASKS_MAX} tasks are asked for; ask for all, without payload`;

/** Both asks together. */
export function joinAsks(one: RetryAsk | null, other: RetryAsk): RetryAsk {
  if (one === null) return other;
  if (one === 'all' || other === 'all') return 'all';
  return [...new Set([...one, ...other])];
}

/** Whether a failed task is asked for. */
export function isAskedFor(ask: RetryAsk | null, taskId: string): boolean {
  return ask === 'all' || (ask !== null && ask.includes(taskId));
}

/** The answer to an ask. Only the next wave, which reads what became of each task, can tell which of those named have failed. */
export function retryAnswer(ask: RetryAsk, when: string): string {
  if (ask === 'all') return `all tasks that failed for good run again in the next wave, ${when}`;
  const told = `those of the ${ask.length} task(s) named that have failed for good run again in the next wave, ${when}`;
  return `${told}; its board says which it ignored, and why`;
}

/** Why a task that was named does not run again; null: it does. */
export type WhyIgnored = 'no such task in the dataset' | 'completed' | 'rejected' | 'not failed in this run';

/** What a wave says of tasks that were named and do not run again, by reason; null: there are none. */
export function ignoredAsk(ask: RetryAsk | null, whyOf: (taskId: string) => WhyIgnored | null): string | null {
  if (ask === null || ask === 'all') return null;
  const byReason = new Map<WhyIgnored, string[]>();
  for (const taskId of ask) {
    const why = whyOf(taskId);
    if (why !== null) byReason.set(why, [...(byReason.get(why) ?? []), taskId]);
  }
  if (byReason.size === 0) return null;
  const said = [...byReason].map(([why, ids]) => {
    const more = ids.length > NAMED_MAX ? ` and ${ids.length - NAMED_MAX} more` : '';
    return `${ids.slice(0, NAMED_MAX).join(', ')}${more} (${why})`;
  });
  const count = [...byReason.values()].reduce((sum, ids) => sum + ids.length, 0);
  return `retryFailed ignored ${count} of ${ask.length} task(s) named: ${said.join('; ')}`;
}

function refuse(message: string): Checked {
  return { ok: false, message };
}
