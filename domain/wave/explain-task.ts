/** Where a task of a wave is, and why it waits, in a sentence. */
import type { TaskBook } from '../dispatch/task-book.ts';
import { needsPerson } from '../gate/thresholds.ts';
import type { AgentStanding } from '../model/run.ts';
import type { Task } from '../model/task.ts';
import type { PlanMemory } from './plan-memory.ts';
import type { Answers } from './plan-stage.ts';
import { waitsForPerson } from './plan-stage.ts';
import type { GatePolicy } from './settings.ts';

export interface TaskQuestion {
  taskId: string;
  tasks: readonly Task[];
  book: TaskBook;
  memory: PlanMemory;
  /** The open chunk that the task is in. */
  chunk: { agentId: string; seq: number } | null;
  /** Its row in the latest plan's lane of an agent, and the first row not yet dispatched. */
  row: { agentId: string; position: number; cursor: number } | null;
  standing: (agentId: string) => AgentStanding;
  gate: GatePolicy;
  answers: Answers;
  /** The gate's latest words on it. */
  decision: string | null;
}

export function explainTask(question: TaskQuestion): string {
  const { taskId, tasks, book, memory, chunk, row, gate, answers, decision } = question;
  const task = tasks.find(({ task_id }) => task_id === taskId);
  if (!task) return `This wave has neither a task nor an agent ${taskId}.`;
  const entry = book.get(taskId);
  const tried = entry ? `${entry.attemptsUsed} attempt(s) so far, the last on ${entry.lastAgent}` : 'no attempt so far';
  if (entry?.end === 'completed') return `Completed on ${entry.lastAgent} at attempt ${entry.attemptsUsed}.`;
  if (entry?.end === 'dead')
    return `Failed for good: all ${entry.attemptsUsed} attempts failed, the last on ${entry.lastAgent}.`;
  if (chunk) return `In chunk ${chunk.seq} of ${chunk.agentId}: it runs, or is next there; ${tried}.`;
  const settled = memory.settled[taskId];
  if (settled === 'dead') return `Failed for good: no agent is left that may take it; ${tried}.`;
  if (settled) return `${settled === 'deferred' ? 'Deferred' : 'Rejected'}: ${decision ?? 'see gate_decisions.jsonl'}.`;
  if (waitsForPerson(task.risk_level, gate, answers)) {
    return `Waits for a person: a task of ${task.risk_level} risk runs only once it is approved.`;
  }
  if (row && row.position >= row.cursor) {
    const ahead = row.position - row.cursor;
    const standing = question.standing(row.agentId);
    const held = standing === 'up' ? '' : ` ${row.agentId} is ${standing}.`;
    return `Planned on ${row.agentId} by plan ${memory.version}: ${ahead} task(s) go before it; ${tried}.${held}`;
  }
  const person = needsPerson(task.risk_level, gate) ? ' A person approved it.' : '';
  const last = memory.assigned[taskId];
  const lost = last !== undefined && question.standing(last) !== 'up' ? ` ${last} is ${question.standing(last)}.` : '';
  return `Waits for the next plan, or for an agent that may take it to come back; ${tried}.${lost}${person}`;
}
