/** Passes a plan through the task gate: what is released, what waits for a person, what leaves the wave. */
import type { TaskBook } from '../dispatch/task-book.ts';
import { decideTask } from '../gate/decide-task.ts';
import type { RequestGroup } from '../gate/requests.ts';
import { groupRequests } from '../gate/requests.ts';
import { needsPerson } from '../gate/thresholds.ts';
import { invariant } from '../model/invariant.ts';
import type { LaneRow, Plan, PlanRow, Unplaceable } from '../model/plan.ts';
import type { GateDecision } from '../model/records.ts';
import type { Task } from '../model/task.ts';
import type { Estimator } from './estimates.ts';
import type { Answers, Settled } from './plan-stage.ts';
import { thresholdOf, waitsForPerson } from './plan-stage.ts';
import type { WaveSettings } from './settings.ts';

export interface GateStageInput {
  settings: WaveSettings;
  tasks: Task[];
  plan: Plan;
  dead: Unplaceable[];
  book: TaskBook;
  covered: ReadonlySet<string>;
  settled: Settled;
  /** Released by earlier versions. */
  released: ReadonlySet<string>;
  answers: Answers;
  estimate: Estimator;
}

export interface ReleasedLane {
  agent_id: string;
  rows: LaneRow[];
}

export interface GateStageResult {
  /** Approved rows only, in plan order. */
  lanes: ReleasedLane[];
  decisions: GateDecision[];
  settled: Settled;
  requests: RequestGroup[];
  /** Released by this version for the first time, in plan order. */
  newlyReleased: PlanRow[];
}

/** Decides every planned task, and sorts those that need a person. */
export function gateStage(input: GateStageInput): GateStageResult {
  const tasks = new Map(input.tasks.map((task) => [task.task_id, task]));
  const settled: Settled = { ...input.settled };
  for (const { task_id } of input.dead) settled[task_id] = 'dead';
  const result: GateStageResult = { lanes: [], decisions: [], settled, requests: [], newlyReleased: [] };
  for (const lane of input.plan.lanes) {
    const rows = lane.rows.flatMap((row) => {
      const task = tasks.get(row.task_id);
      invariant(task, `the plan names a task ${row.task_id} that the wave does not have`);
      const decision = decide(input, task, row.confidence, row.attempts_used + 1);
      invariant(decision !== 'waiting', `task ${row.task_id} was planned while it waits for a person`);
      // A copy that may not run changes nothing for the task, which runs elsewhere.
      if (row.copy && decision.approval !== 'approved') return [];
      result.decisions.push(decision);
      if (decision.approval !== 'approved') {
        settled[row.task_id] = decision.approval;
        return [];
      }
      if (!input.released.has(row.task_id)) result.newlyReleased.push(row);
      return [{ ...row, task, threshold: decision.threshold, override: decision.override }];
    });
    result.lanes.push({ agent_id: lane.agent_id, rows });
  }
  sortForPeople(input, result);
  return result;
}

/** Tasks that need a person and are in no plan: those without an answer wait, refused ones leave the wave. */
function sortForPeople(input: GateStageInput, result: GateStageResult): void {
  const waiting: { task: Task; below_threshold: boolean }[] = [];
  for (const task of input.tasks) {
    const entry = input.book.get(task.task_id);
    const answer = input.answers[task.risk_level];
    if (!needsPerson(task.risk_level, input.settings.gate) || answer?.verdict === 'approved') continue;
    if (entry?.end || input.covered.has(task.task_id) || result.settled[task.task_id]) continue;
    const confidence = bestConfidence(input, task);
    if (waitsForPerson(task.risk_level, input.settings.gate, input.answers)) {
      waiting.push({ task, below_threshold: confidence < thresholdOf(input.settings, task.risk_level) });
      continue;
    }
    const decision = decide(input, task, confidence, (entry?.attemptsUsed ?? 0) + 1);
    invariant(
      decision !== 'waiting' && decision.approval !== 'approved',
      `task ${task.task_id} was answered but is open`,
    );
    result.decisions.push(decision);
    result.settled[task.task_id] = decision.approval;
  }
  result.requests = groupRequests(input.settings.wave, waiting);
}

function decide(input: GateStageInput, task: Task, confidence: number, attempt: number): GateDecision | 'waiting' {
  return decideTask({
    task_id: task.task_id,
    attempt,
    risk_level: task.risk_level,
    confidence,
    threshold: thresholdOf(input.settings, task.risk_level),
    needsPerson: needsPerson(task.risk_level, input.settings.gate),
    answer: input.answers[task.risk_level] ?? null,
  });
}

/** The best confidence that any capable agent offers; 0 where nobody predicted the task. */
function bestConfidence(input: GateStageInput, task: Task): number {
  let best = 0;
  for (const agent of input.settings.agents) {
    if (!task.capabilities.every((capability) => agent.capabilities.includes(capability))) continue;
    const estimate = input.estimate(task, agent.agent_id);
    if (estimate) best = Math.max(best, Math.min(estimate.declared, estimate.gate_success));
  }
  return best;
}
