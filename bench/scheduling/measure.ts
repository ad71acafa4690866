/** Solves an instance within a budget, checks what came out, and runs the baselines against the same certificate. */
import { solve, type SolveOptions } from '../../domain/scheduling/solve.ts';
import { BASELINES } from './baselines/all.ts';
import { oneLaneEach, type NamedTimes } from './instances/instance.ts';
import { checkSolution, gapOf, makespanOf } from './recompute.ts';

/** When the solver stops: after these seconds, at this gap or after so many evaluations, whichever comes first. */
export interface Budget {
  seed: number;
  /** Infinity: the clock decides. */
  seconds: number;
  /** Infinity: none. */
  evaluationsMax: number;
  /** A share, as `gap` is. */
  gapEnough?: number | undefined;
}

/** The solver had this makespan after these seconds. */
export interface Step {
  seconds: number;
  makespanMs: number;
}

export interface InstanceResult {
  name: string;
  /** The certificate, computed anew from the solver's prices. */
  boundMs: number;
  makespanMs: number;
  /** (makespan − bound) ÷ bound. */
  gap: number;
  /** Of the solver alone. */
  seconds: number;
  /** What the schedule and the certificate can be checked with: agent by task, and price by agent. */
  agentOf: number[];
  prices: number[];
  /** Every better schedule that the solver met, in order. */
  steps: Step[];
  /** Gap of each baseline to the same bound. */
  baselines: ReadonlyMap<string, number>;
}

const TELL_EVERY_SECONDS = 2;

/** `onProgress` is told every two seconds. Throws where the solver's makespan or bound is not what its own lanes and prices give. */
export function measureInstance(
  { name, times }: NamedTimes,
  budget: Budget,
  onProgress?: (seconds: number, makespanMs: number) => void,
): InstanceResult {
  const lanes = oneLaneEach(times.agents);
  const steps: Step[] = [];
  const clock = stopwatch();
  const { shouldStop, ...options } = solveOptions(budget, clock);
  let toldAt = 0;
  const solution = solve(times, lanes, {
    ...options,
    shouldStop: () => {
      const now = clock();
      if (now - toldAt >= TELL_EVERY_SECONDS) {
        toldAt = now;
        onProgress?.(now, steps.at(-1)?.makespanMs ?? Infinity);
      }
      return shouldStop();
    },
    onBetter: (makespanMs) => steps.push({ seconds: clock(), makespanMs }),
  });
  const seconds = clock();
  const checked = checkSolution(name, times, lanes, solution);
  const baselines = new Map(
    [...BASELINES].map(([baseline, assign]) => {
      const what = `${name}, ${baseline}`;
      const makespanMs = makespanOf(what, times, lanes, assign(times, lanes, budget.seed));
      return [baseline, gapOf(what, makespanMs, checked.boundMs)];
    }),
  );
  const { laneOf, prices } = solution;
  return { name, ...checked, seconds, agentOf: [...laneOf], prices: [...prices], steps, baselines };
}

/** The time limit is the caller's: the solver itself knows no clock. */
export function solveOptions(budget: Budget, clock: () => number): SolveOptions & { shouldStop: () => boolean } {
  const { seed, seconds, evaluationsMax, gapEnough } = budget;
  return {
    seed,
    evaluationsMax,
    ...(gapEnough === undefined ? {} : { gapEnough }),
    shouldStop: () => clock() >= seconds,
  };
}

/** Seconds since it was made. */
export function stopwatch(): () => number {
  const startMs = performance.now();
  return () => (performance.now() - startMs) / 1_000;
}
