/** Approval requests: what waits for a person is asked for in one request per risk level. */
import { canonicalJson } from '../model/canonical-json.ts';
import { invariant } from '../model/invariant.ts';
import type { ApprovalRequest } from '../model/run.ts';
import type { AnswerVerdict } from './signed-answer.ts';
import type { RiskLevel, Task } from '../model/task.ts';

/** The number belongs to the level, not to the order of asking: a request keeps its name when the wave is planned again. */
const GROUPS: readonly { risk_level: RiskLevel; name: string }[] = [
  { risk_level: 'MEDIUM', name: 'g1' },
  { risk_level: 'HIGH', name: 'g2' },
  { risk_level: 'UNKNOWN', name: 'g3' },
];

export interface RequestGroup {
  /** For example `w2-g1`. */
  request: string;
  risk_level: RiskLevel;
  /** Sorted by id. */
  tasks: Task[];
  /** How many of them only an override lets pass. */
  below_threshold: number;
  /** The text to digest: ids, payloads and risks. It depends on neither plan nor order. */
  canonical: string;
}

/** Groups the tasks that wait, in the order MEDIUM, HIGH, UNKNOWN; a level without tasks has no request. */
export function groupRequests(wave: number, waiting: { task: Task; below_threshold: boolean }[]): RequestGroup[] {
  const low = waiting.find(({ task }) => task.risk_level === 'LOW');
  invariant(!low, `task ${low?.task.task_id} is LOW risk and waits for a person`);
  return GROUPS.flatMap(({ risk_level, name }) => {
    const group = waiting.filter(({ task }) => task.risk_level === risk_level);
    if (group.length === 0) return [];
    const tasks = group.map(({ task }) => task).sort((a, b) => (a.task_id < b.task_id ? -1 : 1));
    return [
      {
        request: `w${wave}-${name}`,
        risk_level,
        tasks,
        below_threshold: group.filter((one) => one.below_threshold).length,
        canonical: canonicalJson(tasks.map(({ task_id, payload }) => ({ task_id, payload, risk_level }))),
      },
    ];
  });
}

/**
 * Every request of the wave so far, once the latest plan has named those that wait. One whose tasks are others than before
 * takes the place of the one that it was, and has waited as long.
 */
export function askedSince(asked: readonly ApprovalRequest[], waiting: readonly ApprovalRequest[]): ApprovalRequest[] {
  const known = new Set(asked.map(({ request }) => request));
  const kept = asked.map((before) => {
    const now = waiting.find(({ request }) => request === before.request);
    return now === undefined || now.digest === before.digest ? before : { ...now, opened_at: before.opened_at };
  });
  return [...kept, ...waiting.filter(({ request }) => !known.has(request))];
}

/** What an answer does, for the person who gave it. */
export function answerText(verdict: AnswerVerdict, request: ApprovalRequest, override: boolean): string {
  const { request: name, tasks, below_threshold: below } = request;
  const text = `${verdict} ${name}: ${tasks} task(s)`;
  if (verdict === 'rejected' || override || below === 0) return text;
  return `${text}, of which ${below} will be deferred: their confidence is below the threshold, and only an override lets them pass`;
}
