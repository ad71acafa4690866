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
  /** Mends at most: for plans that are only imagined, by the hundred. */
  quick: boolean;
}

/** A second one where the first shows that a lane is of no use. */
const SEARCHES_MAX = 2;
/** Steps looked at by a search, up to a quarter of a second, and for each pair of task and lane without a better assignment. */
const EVALUATIONS_MAX = 10_000_000;
const PATIENCE_PER_CHOICE = 100;
/** Steps of the plain descent, which is for few tasks. */
const DESCENT_MAX = 200_000;
const QUICK_DESCENT_MAX = 20_000;
/** Returns looked at when moves are taken back: so many passes over the tasks, and some more where tasks are few. */
const TAKE_BACK_PASSES = 20;
const TAKE_BACK_MIN = 200_000;
/** So many tasks a lane are small ones. */
const SMALL_TASKS = 20;
/** A search that close to the bound has nothing to win that executors would notice. */
const GAP_ENOUGH = 0.002;
/** The plan before is left only when another is shorter by more than this share of the objective. */
const STAY_SHARE = 0.02;

/**
 * The lane of each task. A lane that holds no task ends nothing, however long it is busy: it is left out once that is seen, by the
 * plans that cost little as far as they can tell.
 */
export function searchAssignment(search: AssignmentSearch): Int32Array {
  const { times, lanes, stayed } = search;
  if (times.tasks === 0) return new Int32Array(0);
  let before = stayed?.assignment.laneOf ?? null;
  let open = [...lanes.freeAt.keys()];
  let searchesLeft = search.quick ? 0 : SEARCHES_MAX;
  for (;;) {
    const few = pickLanes(lanes, open);
    const plain = plainPlans(search, few, before && numberedAnew(before, open));
    let plans = plain;
    let chosen = chosenOf(search, plans);
    let fewer = usefulLanes(lanes, open, chosen);
    if (fewer.length === open.length && searchesLeft > 0 && !isShortest(times, few, plain.at(-1)!)) {
      plans = withPrices(search, few, plain);
      chosen = chosenOf(search, plans);
      searchesLeft -= 1;
      if (searchesLeft > 0) fewer = usefulLanes(lanes, open, chosen);
    }
    if (fewer.length === open.length) {
      if (search.bias === 0 && !search.quick) settle(search, few, plans, chosen);
      return chosen.laneOf.map((lane) => open[lane]!);
    }
    if (before) before = chosen.laneOf.map((lane) => open[lane]!);
    open = fewer;
  }
}

/** Longest task first, and the plan before, mended; those that move fewer tasks come first. Quick: the latter alone where there is one. */
function plainPlans({ times, bias, quick }: AssignmentSearch, lanes: Lanes, before: Int32Array | null): Assignment[] {
  if (quick && before !== null) {
    const mended = onLanes(times, lanes, before.slice());
    descend(times, lanes, mended, bias, QUICK_DESCENT_MAX);
    return [mended];
  }
  const longest = emptyAssignment(times.tasks, lanes);
  listSchedule(times, lanes, longest);
  const plans = before === null ? [longest] : [onLanes(times, lanes, before.slice()), longest];
  for (const plan of plans) descend(times, lanes, plan, bias, DESCENT_MAX);
  return plans;
}

/** And the one by prices and search, from the plan before where there is one. */
function withPrices({ times, bias, seed }: AssignmentSearch, lanes: Lanes, plain: Assignment[]): Assignment[] {
  const longest = plain.at(-1)!;
  const mended = plain.length > 1 ? plain[0] : undefined;
  const patience = PATIENCE_PER_CHOICE * times.tasks * lanes.agentOf.length;
  const options = { seed, evaluationsMax: EVALUATIONS_MAX, patience, gapEnough: GAP_ENOUGH };
  const { laneOf } = solve(times, lanes, { ...options, ...(mended && { warm: mended.laneOf }) });
  const priced = onLanes(times, lanes, laneOf);
  if (bias > 0) descend(times, lanes, priced, bias, DESCENT_MAX);
  return mended ? [mended, priced, longest] : [longest, priced];
}

function isShortest(times: ExpectedTimes, lanes: Lanes, { finish }: Assignment): boolean {
  return latest(finish) <= longestTaskMs(times, lanes) * (1 + GAP_ENOUGH);
}

/** The best; of a plan that has one before it, the first that is nearly as good. */
function chosenOf({ bias, stayed }: AssignmentSearch, plans: readonly Assignment[]): Assignment {
  const objectives = plans.map(({ finish }) => objectiveMs(finish, bias));
  const least = Math.min(...objectives);
  const share = stayed ? STAY_SHARE : 0;
  return plans[objectives.findIndex((objective) => objective * (1 - share) <= least)]!;
}

/** Urgent tasks first in a first plan; in a later one, moves come back that it can do without. */
function settle(
  { times, priorities, stayed }: AssignmentSearch,
  lanes: Lanes,
  plans: readonly Assignment[],
  chosen: Assignment,
): void {
  if (!stayed) return urgentFirst(times, lanes, chosen, priorities, DESCENT_MAX);
  // Where tasks are small beside a lane's work, no move comes back without a little room.
  const room = times.tasks > SMALL_TASKS * lanes.agentOf.length ? STAY_SHARE : 0;
  const least = Math.min(...plans.map(lastEnd));
  const looksMax = Math.max(TAKE_BACK_MIN, TAKE_BACK_PASSES * times.tasks);
  takeBack(times, lanes, chosen, stayed.home, Math.max(lastEnd(chosen), least * (1 + room)), looksMax);
}

/** Of these lanes those that hold tasks of the plan, or are free before its end: no other would take any in a shorter one. */
function usefulLanes(lanes: Lanes, open: readonly number[], plan: Assignment): number[] {
  const end = lastEnd(plan);
  const used = new Set(plan.laneOf);
  return open.filter((lane, index) => used.has(index) || lanes.freeAt[lane]! < end);
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
