/**
 * Tasks to lanes so that the last one ends early (R||Cmax), with a lower bound that proves how near the best it is: dual prices,
 * a list schedule, and a price-guided search among the placements that can be in a good schedule.
 */
import { apportion } from './apportion.ts';
import { cappedListSchedule } from './capped-list.ts';
import { promisingArcs } from './arcs.ts';
import type { Arcs } from './arcs.ts';
import { longestTaskMs } from './certificate.ts';
import type { DualPrices } from './dual-prices.ts';
import { dualPrices } from './dual-prices.ts';
import type { ExpectedTimes } from './expected-times.ts';
import type { FractionalSchedule } from './fractional-schedule.ts';
import { fractionalSchedule } from './fractional-schedule.ts';
import { iteratedSearch } from './iterated-search.ts';
import type { Assignment, Lanes } from './lanes.ts';
import { latest, onLanes, soonest } from './lanes.ts';
import { longestFirst } from './list-schedule.ts';
import { pricedListSchedule } from './priced-list.ts';
import { SearchBudget } from './search-budget.ts';

export interface SolveOptions {
  seed: number;
  /** Steps looked at, some 40 million a second. */
  evaluationsMax: number;
  /** Enough when the makespan is this close to the bound, as a share of it. Default 0. */
  gapEnough?: number;
  /** Enough after so many evaluations without a better assignment. Default: never. */
  patience?: number;
  /** The caller's clock, or its wish to stop: asked about every millisecond of search; prices and lists before it are bounded work. */
  shouldStop?: () => boolean;
  /** Lane by task of an assignment to improve; the result is never worse. */
  warm?: Int32Array;
  /** Told of every better makespan, milliseconds. */
  onBetter?: (makespanMs: number) => void;
}

export interface Solution {
  /** By task. */
  laneOf: Int32Array;
  /** When the last lane is free again, milliseconds. */
  makespanMs: number;
  /** No assignment is shorter. Milliseconds. */
  boundMs: number;
  /** By agent; certify a bound up to `boundMs`, which the longest task may raise further. */
  prices: Float64Array;
  evaluations: number;
}

/**
 * Steps towards the prices: fewer for few tasks, whose schedules are far from the bound anyway, and where each is dear: about a
 * tenth of a second, up to 800,000 pairs of type and agent.
 */
const PRICE_STEPS_MAX = 600;
const PRICE_STEPS_OF_FEW = 100;
const PRICE_STEPS_MIN = 60;
const PRICE_WORK = 50_000_000;
/** Below so many types per agent a type is work for several agents, … */
const FEW_TYPES = 4;
/** … if there are so many tasks per agent that shares can be made of whole ones. */
const MANY_TASKS = 8;
/**
 * Beyond, there is no search but a list schedule, which is then near the bound: pairs of lanes would have too many tasks to
 * swap, be too many, or both.
 */
const SEARCH_TASKS_MAX = 10_000;
const SEARCH_LANES_MAX = 1_000;
const SEARCH_PAIRS_MAX = 2_000_000;
/** Fewer tasks per agent than this do not fill a lane to a cap. */
const CAPPED_TASKS_MIN = 8;
/** Arcs may cost so many times an average task's share of the bound. */
const ARC_BUDGET = 0.5;
/** A lane of an agent whose time is (nearly) free still must not overflow. */
const WEIGHT_LEAST = 1e-3;

/** There must be a task, and each must have an agent with a lane that may take it. */
export function solve(times: ExpectedTimes, lanes: Lanes, options: SolveOptions): Solution {
  const steps = priceSteps(times);
  const fractional = isShared(times) ? fractionalSchedule(times, lanes, steps) : null;
  const dual = fractional ?? dualPrices(times, lanes, steps);
  const longestMs = longestTaskMs(times, lanes);
  const budget = new SearchBudget(options.evaluationsMax, options.shouldStop);
  const first = listed(times, lanes, dual, fractional, options.warm);
  const listedMs = latest(first.finish);
  options.onBetter?.(listedMs);
  const bestMs = Math.max(dual.boundMs, longestMs);
  const isEnough = listedMs <= bestMs * (1 + (options.gapEnough ?? 0));
  const found =
    isSearched(times, lanes) && !isEnough
      ? [onLanes(times, lanes, searched(times, lanes, dual, { longestMs, listedMs }, options, budget))]
      : [];
  const { laneOf, finish } = soonest([first, ...found]);
  return {
    laneOf,
    makespanMs: latest(finish),
    boundMs: bestMs,
    prices: dual.prices,
    evaluations: budget.evaluations,
  };
}

function isShared({ tasks, types, agents }: ExpectedTimes): boolean {
  return types < FEW_TYPES * agents && tasks >= MANY_TASKS * agents;
}

function isSearched({ tasks }: ExpectedTimes, { agentOf }: Lanes): boolean {
  return tasks <= SEARCH_TASKS_MAX && agentOf.length <= SEARCH_LANES_MAX && tasks * agentOf.length <= SEARCH_PAIRS_MAX;
}

/** Without search: the best of few schedules that are near the bound where tasks are many, and of the plan before. */
function listed(
  times: ExpectedTimes,
  lanes: Lanes,
  dual: DualPrices,
  fractional: FractionalSchedule | null,
  warm: Int32Array | undefined,
): Assignment {
  const order = longestFirst(times);
  return soonest([
    ...(warm ? [onLanes(times, lanes, warm)] : []),
    ...(fractional ? [apportion(times, lanes, fractional.shares, order, warm)] : []),
    ...(fractional && warm ? [] : [pricedListSchedule(times, lanes, dual.prices, order)]),
    ...(fractional || times.tasks < CAPPED_TASKS_MIN * times.agents ? [] : [cappedListSchedule(times, lanes, dual)]),
  ]);
}

function searched(
  times: ExpectedTimes,
  lanes: Lanes,
  dual: DualPrices,
  { longestMs, listedMs }: { longestMs: number; listedMs: number },
  options: SolveOptions,
  budget: SearchBudget,
): Int32Array {
  const { prices, boundMs } = dual;
  const arcs = promisingArcs(times, lanes, dual, ARC_BUDGET / times.tasks, options.warm);
  const arcOf = iteratedSearch({
    arcs,
    lanes,
    free: Float64Array.from(lanes.freeAt, (ms) => ms / boundMs),
    weight: Float64Array.from(lanes.agentOf, (agent) => Math.max(prices[agent]!, WEIGHT_LEAST / lanes.agentOf.length)),
    seed: options.seed,
    budget,
    enough: Math.max(1, longestMs / boundMs) * (1 + (options.gapEnough ?? 0)),
    patience: options.patience ?? Infinity,
    warm: options.warm ? arcsOf(arcs, options.warm) : null,
    known: listedMs / boundMs,
    onBetter: (load) => options.onBetter?.(load * boundMs),
  });
  return Int32Array.from(arcOf, (arc) => arcs.laneOf[arc]!);
}

function priceSteps({ tasks, types, agents }: ExpectedTimes): number {
  const most = Math.min(PRICE_STEPS_MAX, PRICE_STEPS_OF_FEW + tasks);
  return Math.min(most, Math.max(PRICE_STEPS_MIN, Math.floor(PRICE_WORK / (types * agents))));
}

/** The arc of each task on its lane. */
function arcsOf({ start, laneOf }: Arcs, assignment: Int32Array): Int32Array {
  return Int32Array.from(assignment, (lane, task) => {
    for (let arc = start[task]!; arc < start[task + 1]!; arc++) if (laneOf[arc] === lane) return arc;
    throw new Error(`task ${task} may not go to lane ${lane}, where the plan before has it`);
  });
}
