/**
 * Iterated local search around `PairDescent`. Three kinds of tries take turns:
 *
 * - a fresh start: prices are shaken a little, every task goes to its cheapest agent, and a sharpening descent evens the
 *   lanes out. Different shakes end in different places, of which large instances with uneven tasks need many;
 * - a cross: each task goes where one of two good assignments has it, and a sharpening descent mends what does not fit;
 * - a kick: one or two tasks of the best assignment are put elsewhere and held there, and a descent repairs the rest.
 *
 * It is deterministic for a seed as long as no clock stops it.
 */
import { seededRandom } from '../model/random.ts';
import type { Arcs } from './arcs.ts';
import type { Lanes } from './lanes.ts';
import { Elite } from './elite.ts';
import { PairDescent, SHARPNESS_LAST } from './pair-descent.ts';
import type { SearchBudget } from './search-budget.ts';

export interface IteratedSearchInput {
  arcs: Arcs;
  lanes: Lanes;
  /** When lanes are free, in shares of the bound. */
  free: Float64Array;
  /** By lane, > 0. */
  weight: Float64Array;
  seed: number;
  budget: SearchBudget;
  /** The search ends when the latest lane's load is no more than this, in shares of the bound. */
  enough: number;
  /** It ends as well after so many evaluations without a better assignment. */
  patience: number;
  /** Arcs of an assignment to start from; then there are no fresh starts. */
  warm: Int32Array | null;
  /** The latest load of an assignment known already: what is no better is not told of. */
  known: number;
  /** Told of each better assignment: latest load in shares of the bound. */
  onBetter: (latest: number) => void;
}

/** Fresh starts take this share of all evaluations. */
const FRESH_SHARE = 0.3;
const SHARPNESS_FIRST = 5;
/** After a cross. A kick's repair starts at a sharpness drawn between these shares of the way (in logarithms) from it to the last. */
const MENDING_SHARPNESS = 50;
const KICK_SPAN = 0.3;
const KICKS_MAX = 2;
/** Share of crosses among the tries that are no fresh starts. */
const CROSS_SHARE = 0.9;
const ELITE_SIZE = 10;
/** Relative noise on prices, drawn log-uniformly. */
const NOISE_LEAST = 0.003;
const NOISE_MOST = 0.04;

/** The best assignment found: its arc by task. */
export function iteratedSearch(input: IteratedSearchInput): Int32Array {
  const { arcs, budget } = input;
  const random = seededRandom('search', input.seed);
  const descent = new PairDescent(arcs, input.free, input.weight, budget);
  const best = { arcOf: new Int32Array(arcs.start.length - 1), latest: Infinity, at: 0 };
  const elite = new Elite(ELITE_SIZE);
  const movable = Int32Array.from(arcs.taskOf.keys()).filter((arc) => hasChoice(arcs, arcs.taskOf[arc]!));

  const judge = () => {
    const latest = descent.latest();
    if (latest < best.latest - 1e-12) {
      best.arcOf.set(descent.arcOf);
      best.latest = latest;
      best.at = budget.evaluations;
      if (latest < input.known) input.onBetter(latest);
    }
    elite.admit(descent.arcOf, descent.potential);
  };

  descent.unlockAll();
  descent.assign(input.warm ?? cheapestArcs(input, null));
  if (input.warm) judge();
  descent.sharpen(SHARPNESS_FIRST);
  judge();
  let fresh = 0;
  while (
    movable.length > 0 &&
    !budget.isUsedUp() &&
    best.latest > input.enough &&
    budget.evaluations - best.at <= input.patience
  ) {
    const before = budget.evaluations;
    descent.unlockAll();
    if (input.warm === null && fresh <= FRESH_SHARE * before) {
      descent.assign(cheapestArcs(input, random));
      descent.sharpen(SHARPNESS_FIRST);
      fresh += budget.evaluations - before;
    } else if (elite.count > 1 && random() < CROSS_SHARE) {
      descent.assign(elite.cross(random));
      descent.sharpen(MENDING_SHARPNESS);
    } else {
      descent.assign(elite.best());
      const kicks = 1 + Math.floor(random() * KICKS_MAX);
      for (let kick = 0; kick < kicks; kick++) descent.kick(movable[Math.floor(random() * movable.length)]!);
      descent.sharpen(MENDING_SHARPNESS * (SHARPNESS_LAST / MENDING_SHARPNESS) ** (random() * KICK_SPAN));
    }
    judge();
  }
  return best.arcOf;
}

function hasChoice({ start }: Arcs, task: number): boolean {
  return start[task + 1]! - start[task]! > 1;
}

/** Every task on its cheapest agent, there on the lane that has least to do so far. Noise on prices where `random` is given. */
function cheapestArcs({ arcs, lanes, free }: IteratedSearchInput, random: (() => number) | null): Int32Array {
  const load = Float64Array.from(free);
  const noise = random && noisyFactors(lanes, random);
  return Int32Array.from({ length: arcs.start.length - 1 }, (_, task) => {
    let best = -1;
    let least = Infinity;
    for (let arc = arcs.start[task]!; arc < arcs.start[task + 1]!; arc++) {
      const lane = arcs.laneOf[arc]!;
      const cost = arcs.priced[arc]! * (noise ? noise[lanes.agentOf[lane]!]! : 1);
      const sameAgent = best !== -1 && lanes.agentOf[lane] === lanes.agentOf[arcs.laneOf[best]!];
      if (sameAgent ? load[lane]! < load[arcs.laneOf[best]!]! : cost < least) {
        best = arc;
        least = cost;
      }
    }
    load[arcs.laneOf[best]!]! += arcs.time[best]!;
    return best;
  });
}

/** By agent, around 1. */
function noisyFactors({ agentOf }: Lanes, random: () => number): Float64Array {
  const spread = NOISE_LEAST * (NOISE_MOST / NOISE_LEAST) ** random();
  const agents = agentOf.reduce((most, agent) => Math.max(most, agent), 0) + 1;
  return Float64Array.from({ length: agents }, () => 1 + spread * (random() + random() + random() - 1.5));
}
