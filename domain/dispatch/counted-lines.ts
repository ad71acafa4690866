/**
 * Which accepted lines count where some tasks ran twice. A task counts where it was first accepted: lines of it that
 * were accepted after its end are left out, and a second copy counts only if it completed the task.
 */
import type { AttemptLine } from '../model/outcome.ts';

/** The lines that count, in the order of acceptance. */
export function countedLines(lines: Iterable<AttemptLine>): AttemptLine[] {
  return countLines(lines).counted;
}

/**
 * The lines that count and those that ran beside a task's first end, in the order of acceptance. A copy is numbered after the attempts that counted before it, so
 * that a task's attempts are 1, 2, 3… whichever agents made them. What goes on after a task's end without a copy in
 * play is left in, for the reader to refuse.
 */
export function countLines(lines: Iterable<AttemptLine>): { counted: AttemptLine[]; discarded: AttemptLine[] } {
  const counted: AttemptLine[] = [];
  const discarded: AttemptLine[] = [];
  const tasks = new Map<string, { attempts: number; ended: boolean; byCopy: boolean }>();
  for (const line of lines) {
    const task = tasks.get(line.task_id) ?? { attempts: 0, ended: false, byCopy: false };
    tasks.set(line.task_id, task);
    const copy = line.copy === true;
    if ((task.ended && (copy || task.byCopy)) || (copy && line.verdict !== 'completed')) {
      discarded.push(line);
      continue;
    }
    task.attempts += 1;
    counted.push(copy ? { ...line, attempt: task.attempts } : line);
    if (line.verdict !== 'completed' && line.verdict !== 'dead') continue;
    task.ended = true;
    task.byCopy = copy;
  }
  return { counted, discarded };
}

/** What of a chunk's lines counts beside the lines of its rivals, and how many of its tasks had ended there. */
export function countedBeside(
  rivals: readonly AttemptLine[],
  lines: readonly AttemptLine[],
  taskIds: readonly string[],
): { counted: AttemptLine[]; elsewhere: number } {
  const before = countedLines(rivals);
  const ended = new Set(before.filter(({ verdict }) => verdict === 'completed' || verdict === 'dead').map(taskOf));
  return {
    counted: countedLines([...rivals, ...lines]).slice(before.length),
    elsewhere: taskIds.filter((id) => ended.has(id)).length,
  };
}

function taskOf(line: AttemptLine): string {
  return line.task_id;
}
