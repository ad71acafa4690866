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
import type { Stayed } from './stay.ts';
import { takeBack } from './take-back.ts';
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
  /** Null: there is no plan before. */
  stayed: Stayed | null;
}

/** Steps looked at, up to a quarter of a second in all, and for each pair of task and lane without a better assignment. */
const EVALUATIONS_MAX = 10_000_000;
const PATIENCE_PER_CHOICE = 100;
/** Steps of the plain descent, which is for few tasks. */
const DESCENT_MAX = 200_000;
/** Returns looked at when moves are taken back: so many passes over the tasks, and some more where tasks are few. */
const TAKE_BACK_PASSES = 20;
const TAKE_BACK_MIN = 200_000;
/** So many tasks a lane are small ones. */
const SMALL_TASKS = 20;
/** A search that close to the bound has nothing to win that executors would notice. */
const GAP_ENOUGH = 0.002;
/** The plan before is left only when another is shorter by more than this share of the objective. */
const STAY_SHARE = 0.02;

/** The lane of each task. A lane that holds no task ends nothing, however long it is busy: it is left out once that is seen. */
export function searchAssignment(search: AssignmentSearch): Int32Array {
  const { times, lanes, stayed } = search;
  if (times.tasks === 0) return new Int32Array(0);
  let before = stayed?.assignment.laneOf ?? null;
  let open = [...lanes.freeAt.keys()];
  for (;;) {
    const few = pickLanes(lanes, open);
    const found = searchOn(search, few, before && numberedAnew(before, open));
    const end = lastEnd(found);
    const laneOf = found.laneOf.map((lane) => open[lane]!);
    const fewer = usefulLanes(lanes, open, laneOf, end);
    if (fewer.length < open.length) {
      open = fewer;
      if (before) before = laneOf;
      continue;
    }
    if (!stayed || search.bias > 0) return laneOf;
    const looksMax = Math.max(TAKE_BACK_MIN, TAKE_BACK_PASSES * times.tasks);
    // Where tasks are small beside a lane's work, no move comes back without a little room.
    const room = times.tasks > SMALL_TASKS * open.length ? STAY_SHARE : 0;
    takeBack(times, few, found, stayed.home, end * (1 + room), looksMax);
    return found.laneOf.map((lane) => open[lane]!);
  }
}

/** The same where every lane may matter. `before`: the lane of each task in the plan before. */
function searchOn(search: AssignmentSearch, lanes: Lanes, before: Int32Array | null): Assignment {
  const { times, bias } = search;
  const objective = (assignment: Assignment) => objectiveMs(assignment.finish, bias);
  const longest = emptyAssignment(times.tasks, lanes);
  listSchedule(times, lanes, longest);
  descend(times, lanes, longest, bias, DESCENT_MAX);
  const isShortest = latest(longest.finish) <= longestTaskMs(times, lanes) * (1 + GAP_ENOUGH);
  if (before === null) {
    const fresh = isShortest ? longest : better(longest, pricedAssignment(search, lanes), objective);
    if (bias === 0) urgentFirst(times, lanes, fresh, search.priorities, DESCENT_MAX);
    return fresh;
  }
  const mended = onLanes(times, lanes, before.slice());
  descend(times, lanes, mended, bias, DESCENT_MAX);
  // Those that move fewer tasks come first.
  const plans = isShortest ? [mended, longest] : [mended, pricedAssignment(search, lanes, mended.laneOf), longest];
  const least = Math.min(...plans.map(objective));
  return plans.find((plan) => objective(plan) * (1 - STAY_SHARE) <= least)!;
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

/** Of these lanes those that hold tasks, or are free before `end`: in a schedule that ends then, no other would take any. */
function usefulLanes(lanes: Lanes, open: readonly number[], laneOf: Int32Array, end: number): number[] {
  const used = new Set(laneOf);
  return open.filter((lane) => used.has(lane) || lanes.freeAt[lane]! < end);
}

/** When the last lane that holds a task ends. */
function lastEnd({ laneOf, finish }: Assignment): number {
  return laneOf.reduce((end, lane) => Math.max(end, finish[lane]!), 0);
}

function numberedAnew(laneOf: Int32Array, open: readonly number[]): Int32Array {
  const indexOf = new Map(open.map((lane, index) => [lane, index]));
  return laneOf.map((lane) => indexOf.get(lane)!);
}

function pickLanes({ agentOf, freeAt }: Lanes, open: readonly number[]): Lanes {
  return { agentOf: open.map((lane) => agentOf[lane]!), freeAt: open.map((lane) => freeAt[lane]!) };
}
