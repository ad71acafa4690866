/**
 * An agent as a module: it is loaded once into the process that serves it, and called for each task. It counts the words
 * of the task's text.
 */
interface Task {
  task_id: string;
  payload: unknown;
}

interface Context {
  /** `dataset/task_id/generation`: the same in every attempt. Hand it to the services that you call. */
  idempotency_key: string;
  attempt: number;
  /** Aborted when the task's time is up. */
  signal: AbortSignal;
}

export async function execute(task: Task, { signal }: Context) {
  const { text } = task.payload as { text?: unknown };
  if (typeof text !== 'string') return { status: 'failed', error: 'payload.text is missing' };
  return { status: 'completed', confidence: 0.99, output: { words: await countWords(text, signal) } };
}

/** Stands for a call that takes its time: hand the signal on, so that it ends when the task's time is up. */
async function countWords(text: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  return text.split(/\s+/).filter((word) => word !== '').length;
}
