/**
 * The assignment of a plan: the best of two starts, or the plan before where that is nearly as good.
 *
 * Prices and search (`solve`) win where tasks are many; longest task first with a plain descent wins where they are few, or
 * where lanes shall be even as well. A plan before is only mended, and left for another only where that is clearly shorter:
 * a new plan does not move tasks for nothing. Where no lane ends later than the longest task must, nothing is searched.
 */
import { longestTaskMs } from './certificate.ts';
import { descend, objectiveMs } from './descent.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { emptyAssignment, latest, onLanes } from './lanes.ts';
import { listSchedule } from './list-schedule.ts';
import { solve } from './solve.ts';
import { urgentFirst } from './urgency.ts';

export interface AssignmentSearch {
  /** Every task may go to some lane. */
  times: ExpectedTimes;
  lanes: Lanes;
  /** Weight of the standard deviation of the lanes' finishes beside the makespan. */
  bias: number;
  /** By task; lower is more urgent. */
  priorities: readonly number[];
  seed: number;
  /** The plan before, as far as its tasks may stay; null: there is none. */
  stayed: Assignment | null;
}

/** Steps looked at, up to a quarter of a second in all, and for each pair of task and lane without a better assignment. */
const EVALUATIONS_MAX = 10_000_000;
const PATIENCE_PER_CHOICE = 100;
/** Steps of the plain descent, which is for few tasks. */
const DESCENT_MAX = 200_000;
/** A search that close to the bound has nothing to win that executors would notice. */
const GAP_ENOUGH = 0.002;
/** The plan before is left only when another is shorter by more than this share of the objective. */
const STAY_SHARE = 0.02;

/** The lane of each task. */
export function searchAssignment(search: AssignmentSearch): Int32Array {
  const { times, lanes, stayed, bias } = search;
  if (times.tasks === 0) return new Int32Array(0);
  const listed = emptyAssignment(times.tasks, lanes);
  listSchedule(times, lanes, listed);
  const open = usefulLanes(lanes, listed, stayed);
  const few = pickLanes(lanes, open);
  const lanesOfAll = ({ laneOf }: Assignment) => laneOf.map((lane) => open[lane]!);
  const objective = (assignment: Assignment) => objectiveMs(assignment.finish, bias);

  const longest = onLanes(times, few, numberedAnew(listed.laneOf, open));
  descend(times, few, longest, bias, DESCENT_MAX);
  const isShortest = latest(longest.finish) <= longestTaskMs(times, few) * (1 + GAP_ENOUGH);
  if (stayed === null) {
    const fresh = isShortest ? longest : better(longest, pricedAssignment(search, few), objective);
    if (bias === 0) urgentFirst(times, few, fresh, search.priorities, DESCENT_MAX);
    return lanesOfAll(fresh);
  }
  const mended = onLanes(times, few, numberedAnew(stayed.laneOf, open));
  descend(times, few, mended, bias, DESCENT_MAX);
  // Those that move fewer tasks come first.
  const plans = isShortest ? [mended, longest] : [mended, pricedAssignment(search, few, mended.laneOf), longest];
  const least = Math.min(...plans.map(objective));
  const chosen = plans.find((plan) => objective(plan) * (1 - STAY_SHARE) <= least)!;
  if (bias === 0 && chosen !== mended) urgentFirst(times, few, chosen, search.priorities, DESCENT_MAX);
  return lanesOfAll(chosen);
}

function better(a: Assignment, b: Assignment, objective: (assignment: Assignment) => number): Assignment {
  return objective(b) < objective(a) ? b : a;
}

function pricedAssignment({ times, bias, seed }: AssignmentSearch, lanes: Lanes, warm?: Int32Array): Assignment {
  const patience = PATIENCE_PER_CHOICE * times.tasks * lanes.agentOf.length;
  const options = { seed, evaluationsMax: EVALUATIONS_MAX, patience, gapEnough: GAP_ENOUGH };
  const { laneOf } = solve(times, lanes, { ...options, ...(warm && { warm }) });
  const assignment = onLanes(times, lanes, laneOf);
  if (bias > 0) descend(times, lanes, assignment, bias, DESCENT_MAX);
  return assignment;
}

/** Lanes that may matter: a lane that is free only when another schedule has ended takes nothing in a shorter one. */
function usefulLanes(lanes: Lanes, listed: Assignment, stayed: Assignment | null): number[] {
  const used = new Set(listed.laneOf);
  const end = listed.finish.reduce((latest, ms, lane) => (used.has(lane) ? Math.max(latest, ms) : latest), 0);
  const kept = new Set(stayed?.laneOf);
  return [...lanes.freeAt.keys()].filter((lane) => lanes.freeAt[lane]! < end || kept.has(lane));
}

function numberedAnew(laneOf: Int32Array, open: readonly number[]): Int32Array {
  const indexOf = new Map(open.map((lane, index) => [lane, index]));
  return laneOf.map((lane) => indexOf.get(lane)!);
}

function pickLanes({ agentOf, freeAt }: Lanes, open: readonly number[]): Lanes {
  return { agentOf: open.map((lane) => agentOf[lane]!), freeAt: open.map((lane) => freeAt[lane]!) };
}
