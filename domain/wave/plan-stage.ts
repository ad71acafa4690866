/** Makes a version of a wave's plan: which tasks still need one, and where each of them goes. */
import type { PlanReason } from '../dispatch/state.ts';
import type { TaskBook, TaskEntry } from '../dispatch/task-book.ts';
import { confidenceAfterFailures } from '../dispatch/verdict.ts';
import type { GateAnswer } from '../gate/decide-task.ts';
import { gateThreshold, needsPerson } from '../gate/thresholds.ts';
import type { MoveReason, Plan, Unplaceable } from '../model/plan.ts';
import type { RiskLevel, Task } from '../model/task.ts';
import { isWorthIt, keptPlan } from '../scheduling/evaluate.ts';
import type { PendingTask, PlanInput, PlanningAgent } from '../scheduling/plan-wave.ts';
import { freshPlan, planningProblem } from '../scheduling/plan-wave.ts';
import type { Estimator } from './estimates.ts';
import type { GatePolicy, WaveSettings } from './settings.ts';

/** How an agent stands when the plan is made. */
export interface AgentAvailability {
  agent_id: string;
  up: boolean;
  /** Its last attempt failed, or it is on trial after its breaker opened. */
  failing: boolean;
  /** Observed ÷ predicted time in this wave so far. */
  pace: number;
  /** Milliseconds from now until its open chunks are done. */
  busy_ms: number;
}

/** How tasks left the wave without running; cumulative over plan versions. */
export type Settled = Record<string, 'deferred' | 'rejected' | 'dead'>;

/** People's answers so far, by risk level (one request covers all tasks of a level). */
export type Answers = Partial<Record<RiskLevel, GateAnswer>>;

export interface PlanStageInput {
  settings: WaveSettings;
  version: number;
  reason: PlanReason;
  /** How long the wave has run, pauses taken out. */
  elapsedMs: number;
  tasks: Task[];
  book: TaskBook;
  /** Tasks in open chunks: they are planned already. */
  covered: ReadonlySet<string>;
  settled: Settled;
  /** Where the plan before had each task. */
  assigned: Record<string, string>;
  agents: AgentAvailability[];
  answers: Answers;
  estimate: Estimator;
  /** Without the long search, where the plan is only imagined. */
  quick?: boolean;
}

export interface PlanStageResult {
  plan: Plan;
  /** Tasks that only agents now down could take. */
  stranded: string[];
  /** Tasks that nobody can take any more. */
  dead: Unplaceable[];
  /** Of a plan of second copies: how many tasks of the straggler were open, copied or not. */
  copied_rows?: number;
}

/** Plans every task that has not ended, is in no open chunk, and does not wait for a person. */
export function planStage(input: PlanStageInput): PlanStageResult {
  const up = new Set(input.agents.filter((agent) => agent.up).map((agent) => agent.agent_id));
  const problem = planningProblem(wavePlanInput(input, pendingTasks(input, up), up));
  const fresh = freshPlan(problem, input.quick);
  const plan = input.version === 1 ? fresh : betterOf(keptPlan(problem), fresh, input);
  return { plan, ...splitUnplaceable(input, plan, up) };
}

/** What the scheduler is given: tasks to place on the agents named, as they stand. */
export function wavePlanInput(input: PlanStageInput, pending: PendingTask[], up: ReadonlySet<string>): PlanInput {
  const { settings } = input;
  return {
    version: input.version,
    pending,
    agents: planningAgents(input, up),
    estimate: estimateNow(input),
    ...(input.estimate.kindOf && { kindOf: input.estimate.kindOf }),
    knobs: settings.knobs,
    strategy: settings.strategy,
    maxAttempts: settings.limits.maxAttempts,
    threshold: (risk: RiskLevel) => thresholdOf(settings, risk),
    seed: settings.seed,
  };
}

/** What the model expects, with the confidence that a task's failures have left it. */
function estimateNow({ settings, book, estimate }: PlanStageInput): Estimator {
  return (task, agentId) => {
    const expected = estimate(task, agentId);
    const failures = book.get(task.task_id)?.attemptsUsed ?? 0;
    if (expected === null || failures === 0) return expected;
    const confidence = Math.min(expected.declared, expected.gate_success);
    const { retryPenalties } = settings.gate;
    return {
      ...expected,
      gate_success: confidenceAfterFailures(confidence, task.risk_level, failures, retryPenalties),
    };
  };
}

/** The plan that moves nothing it need not, unless the fresh one is worth its moves. */
function betterOf(kept: Plan, fresh: Plan, { settings, elapsedMs }: PlanStageInput): Plan {
  return isWorthIt(kept, fresh, settings.knobs, elapsedMs) ? fresh : kept;
}

/** Whether a task of this risk waits for a person who has not answered. */
export function waitsForPerson(risk: RiskLevel, policy: GatePolicy, answers: Answers): boolean {
  return needsPerson(risk, policy) && answers[risk] === undefined;
}

/** The confidence that the gate asks of a risk level in this wave. */
export function thresholdOf(settings: WaveSettings, risk: RiskLevel): number {
  return gateThreshold(risk, settings.knobs.safety_gate_strictness, settings.gate.highRiskThreshold);
}

function pendingTasks(input: PlanStageInput, up: ReadonlySet<string>): PendingTask[] {
  const pending: PendingTask[] = [];
  for (const task of input.tasks) {
    const entry = input.book.get(task.task_id);
    if (entry?.end || input.covered.has(task.task_id) || input.settled[task.task_id]) continue;
    const answer = input.answers[task.risk_level];
    if (needsPerson(task.risk_level, input.settings.gate) && answer?.verdict !== 'approved') continue;
    const from = input.assigned[task.task_id] ?? null;
    pending.push({
      task,
      attempts_used: entry?.attemptsUsed ?? 0,
      attempts_on: entry?.attemptsOn ?? {},
      from_agent: from,
      move_reason: from === null ? null : moveReason(entry, from, up),
    });
  }
  return pending;
}

function moveReason(entry: TaskEntry | undefined, from: string, up: ReadonlySet<string>): MoveReason {
  if (entry?.lastVerdict === 'exhausted' && entry.lastAgent === from) return 'retries_exhausted';
  return up.has(from) ? 'load_rebalance' : 'failover_reassignment';
}

function planningAgents(input: PlanStageInput, up: ReadonlySet<string>): PlanningAgent[] {
  const available = new Map(input.agents.map((agent) => [agent.agent_id, agent]));
  const agents: PlanningAgent[] = [];
  for (const agent of input.settings.agents) {
    const parameters = input.settings.parameters[agent.agent_id];
    const standing = available.get(agent.agent_id);
    if (!parameters || !standing || !up.has(agent.agent_id)) continue;
    const free_at = Array.from({ length: parameters.max_parallel_tasks }, () => standing.busy_ms);
    agents.push({ agent, parameters, free_at, pace: standing.pace, failing: standing.failing });
  }
  return agents;
}

/** What no agent that is up can take: stranded while an agent that is down could, else dead. */
function splitUnplaceable(
  input: PlanStageInput,
  plan: Plan,
  up: ReadonlySet<string>,
): { stranded: string[]; dead: Unplaceable[] } {
  const tasks = new Map(input.tasks.map((task) => [task.task_id, task]));
  const down = input.settings.agents.filter((agent) => !up.has(agent.agent_id));
  const stranded: string[] = [];
  const dead: Unplaceable[] = [];
  for (const unplaceable of plan.unplaceable) {
    const task = tasks.get(unplaceable.task_id);
    const attemptsOn = input.book.get(unplaceable.task_id)?.attemptsOn ?? {};
    const couldWait =
      input.reason !== 'give_up' &&
      task !== undefined &&
      down.some((agent) => {
        const threshold = input.settings.parameters[agent.agent_id]?.retry_threshold ?? 0;
        const capable = task.capabilities.every((capability) => agent.capabilities.includes(capability));
        const triesLeft = (attemptsOn[agent.agent_id] ?? 0) < threshold;
        return capable && triesLeft && input.estimate(task, agent.agent_id) !== null;
      });
    if (couldWait) stranded.push(unplaceable.task_id);
    else dead.push(unplaceable);
  }
  return { stranded, dead };
}
