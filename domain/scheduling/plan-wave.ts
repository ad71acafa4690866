/**
 * A wave's plan: which agent takes which task, and when. Minimises the makespan on unrelated machines, bent by the
 * strategy in force, with every parallel slot of an agent a machine of its own that is free from a given time.
 *
 * Local search improves two starts, and the better result is taken: the agents that the prices of the linear program
 * point to (within a percent or two of the optimum for many tasks), and longest task first (sometimes better for few).
 * When the wave had a plan before, that plan is improved too, and left only for a clear gain: a new plan does not move
 * tasks for nothing.
 */
import type { Agent, TunedParameters, WaveKnobs } from '../model/agent.ts';
import type { MoveReason, Plan } from '../model/plan.ts';
import type { StrategyName } from '../model/records.ts';
import type { RiskLevel, Task } from '../model/task.ts';
import { assemblePlan } from './assemble-plan.ts';
import { descend, objectiveMs } from './descent.ts';
import { checkPlanInput } from './eligibility.ts';
import { buildEtcMatrix } from './etc-matrix.ts';
import type { Assignment, CostMatrix, Lanes } from './lanes.ts';
import { emptyAssignment, openLanes } from './lanes.ts';
import { listSchedule } from './list-schedule.ts';
import { dualPrices } from './lower-bound.ts';
import { stayWhereAllowed } from './stay.ts';

export interface PendingTask {
  task: Task;
  attempts_used: number;
  /** Attempts so far, per agent. */
  attempts_on: Record<string, number>;
  /** Its agent in the plan before; null: it was in none. */
  from_agent: string | null;
  /** Why it may move; null: to balance load. */
  move_reason: MoveReason | null;
}

export interface PlanningAgent {
  agent: Agent;
  parameters: TunedParameters;
  /** When each of its parallel lanes is free, milliseconds after the origin. */
  free_at: number[];
  /** Observed ÷ predicted time in this wave so far; 1 when unknown. */
  pace: number;
}

export interface Estimate {
  /** Declared success probability, 0–1. */
  declared: number;
  /** Calibrated probability that one attempt succeeds, 0–1. */
  predicted_success: number;
  /** The same from what was declared, without what heuristics or a strategy added: what the gate may rely on. */
  gate_success: number;
  declared_ms: number;
  /** Median of one attempt at the pace asked of the agent, before `pace`; > 0. */
  predicted_ms: number;
}

export interface PlanInput {
  version: number;
  pending: PendingTask[];
  agents: PlanningAgent[];
  /** Null: nobody predicted the task on that agent, so it does not go there. */
  estimate: (task: Task, agentId: string) => Estimate | null;
  knobs: WaveKnobs;
  strategy: StrategyName;
  maxAttempts: number;
  /** The gate's confidence threshold, strictness included. */
  threshold: (risk: RiskLevel) => number;
  /** Breaks ties. */
  seed: number;
}

const PRICE_STEPS = 120;
/** Bounds of the search, in steps looked at: about 0.2 s for the priced start, 5 ms for the other, which is for few tasks. */
const EVALUATIONS_MAX = 6_000_000;
const EVALUATIONS_MAX_LONGEST = 200_000;
/** The plan before is left only when another is shorter by more than this share of the objective. */
const STAY_SHARE = 0.02;

/** Plans every pending task; a task that no agent may take is `unplaceable` with a reason. */
export function planWave(input: PlanInput): Plan {
  checkPlanInput(input.pending, input.agents);
  const etc = buildEtcMatrix(input);
  const lanes = openLanes(input.agents, input.seed);
  const matrix: CostMatrix = { tasks: etc.tasks.length, agents: etc.agents, cost: etc.cost };
  const bias = input.knobs.load_balance_bias;
  const objective = (assignment: Assignment) => objectiveMs(assignment.finish, bias);
  let best = startAfresh(matrix, lanes, bias);
  const stayed = stayWhereAllowed(input.agents, etc, matrix, lanes);
  if (stayed) {
    descend(matrix, lanes, stayed, bias, EVALUATIONS_MAX);
    if (objective(best) >= objective(stayed) * (1 - STAY_SHARE)) best = stayed;
  }
  return assemblePlan(
    input,
    etc,
    Array.from(best.laneOf, (lane) => lanes.agentOf[lane]!),
  );
}

function startAfresh(matrix: CostMatrix, lanes: Lanes, bias: number): Assignment {
  const longest = emptyAssignment(matrix.tasks, lanes);
  listSchedule(matrix, lanes, longest);
  descend(matrix, lanes, longest, bias, EVALUATIONS_MAX_LONGEST);
  const priced = emptyAssignment(matrix.tasks, lanes);
  listSchedule(matrix, lanes, priced, dualPrices(matrix, lanes, PRICE_STEPS).prices);
  descend(matrix, lanes, priced, bias, EVALUATIONS_MAX);
  return objectiveMs(priced.finish, bias) < objectiveMs(longest.finish, bias) ? priced : longest;
}
