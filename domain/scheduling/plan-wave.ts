/**
 * A wave's plan: which agent takes which task, and when. Minimises the makespan on unrelated machines, bent by the
 * strategy in force, with every parallel slot of an agent a machine of its own that is free from a given time.
 *
 * How the assignment is found: `searchAssignment`.
 */
import type { Agent, TunedParameters, WaveKnobs } from '../model/agent.ts';
import type { MoveReason, Plan } from '../model/plan.ts';
import type { StrategyName } from '../model/records.ts';
import type { RiskLevel, Task } from '../model/task.ts';
import { assemblePlan } from './assemble-plan.ts';
import { checkPlanInput } from './eligibility.ts';
import type { EtcMatrix } from './etc-matrix.ts';
import { buildEtcMatrix } from './etc-matrix.ts';
import type { Lanes } from './lanes.ts';
import { openLanes } from './lanes.ts';
import { searchAssignment } from './search-assignment.ts';
import { stayWhereAllowed, type Stayed } from './stay.ts';

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
  /** Its last attempt failed, or it is on trial: no place for a task that has failed already. */
  failing: boolean;
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
  /** Standard deviation of what is known of the agent's pace, as a logarithm; absent: it is taken as certain. */
  level_sd_log?: number;
}

export interface PlanInput {
  version: number;
  pending: PendingTask[];
  agents: PlanningAgent[];
  /** Null: nobody predicted the task on that agent, so it does not go there. */
  estimate: (task: Task, agentId: string) => Estimate | null;
  /** The kind that a task is of; absent or null: it is like no other. */
  kindOf?: (task: Task) => TaskKind | null;
  knobs: WaveKnobs;
  strategy: StrategyName;
  maxAttempts: number;
  /** The gate's confidence threshold, strictness included. */
  threshold: (risk: RiskLevel) => number;
  /** Breaks ties. */
  seed: number;
}

/** Tasks of a kind have the same estimates, but for times, which are in proportion to their sizes. */
export interface TaskKind {
  key: string;
  /** > 0. */
  size: number;
}

/** What is planned from: worked out once, also where plans are compared. */
export interface PlanningProblem {
  input: PlanInput;
  etc: EtcMatrix;
  lanes: Lanes;
  /** The plan before, as far as it may stay; null: there is none. */
  stayed: Stayed | null;
}

export function planningProblem(input: PlanInput): PlanningProblem {
  checkPlanInput(input.pending, input.agents);
  const etc = buildEtcMatrix(input);
  const lanes = openLanes(input.agents, input.seed);
  return { input, etc, lanes, stayed: stayWhereAllowed(input.agents, etc, lanes) };
}

/** Plans every pending task; a task that no agent may take is `unplaceable` with a reason. */
export function planWave(input: PlanInput): Plan {
  return freshPlan(planningProblem(input));
}

/** `quick`: by list and descent alone. */
export function freshPlan({ input, etc, lanes, stayed }: PlanningProblem, quick = false): Plan {
  const laneOf = searchAssignment({
    times: etc.cost,
    lanes,
    bias: input.knobs.load_balance_bias,
    priorities: etc.tasks.map(({ task }) => task.priority),
    seed: input.seed,
    stayed,
    quick,
  });
  return assemblePlan(input, etc, lanes, laneOf);
}
