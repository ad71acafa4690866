/** What the accepted segments of a wave say about each of its tasks. */
import { invariant } from '../model/invariant.ts';
import type { AttemptLine } from '../model/outcome.ts';

export interface TaskEntry {
  attemptsUsed: number;
  attemptsOn: Record<string, number>;
  /** Set once the task needs no further attempt. */
  end: 'completed' | 'dead' | null;
  lastAgent: string;
  lastVerdict: AttemptLine['verdict'];
}

export type TaskBook = Map<string, TaskEntry>;

/** Reads accepted lines, in the order they were accepted. Throws when a task goes on after its end. */
export function openTaskBook(lines: Iterable<AttemptLine>): TaskBook {
  const book: TaskBook = new Map();
  for (const line of lines) {
    const entry = book.get(line.task_id) ?? newEntry(line);
    invariant(entry.end === null, `task ${line.task_id} went on after it was ${entry.end}`);
    entry.attemptsUsed += 1;
    entry.attemptsOn[line.agent_id] = (entry.attemptsOn[line.agent_id] ?? 0) + 1;
    entry.lastAgent = line.agent_id;
    entry.lastVerdict = line.verdict;
    if (line.verdict === 'completed' || line.verdict === 'dead') entry.end = line.verdict;
    book.set(line.task_id, entry);
  }
  return book;
}

function newEntry(line: AttemptLine): TaskEntry {
  return { attemptsUsed: 0, attemptsOn: {}, end: null, lastAgent: line.agent_id, lastVerdict: line.verdict };
}
