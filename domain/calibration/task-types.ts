/**
 * What tasks of a type take on an agent beside what its risk level tells: tallies of what is left over of each task once
 * the mean of its level, this wave included, is taken off. Types need not mean anything: how far they lie apart is estimated
 * from the left-overs themselves (DerSimonian and Laird, 1986), and offsets are shrunk by it:
 *
 *   d_t  = mean left-over of type t − that of all types        Q = Σ n_t d_t²
 *   τ²   = max(0, (Q − (types − 1) v) ÷ (N − Σ n_t² ÷ N))      N = Σ n_t; v: variance of one left-over
 *   offset = d_t n_t ÷ (n_t + v ÷ τ²); none where τ² is 0, so of a single type
 *
 * Times: left-overs of log-times, added to the log-time; v is the spread of the agent's times, what lies between its types included.
 * Success: of single attempts, added to their probability; v = p (1 − p).
 */
import { noiseOf } from './log-time-posterior.ts';
import type { Observation } from './observation.ts';
import type { AgentCells, CalibrationState, TypeCell, TypeCells } from './state.ts';
import { agentCells, ofAgent } from './state.ts';

/** Tasks of no type are a group too: the level's mean is theirs as well. An empty name is read as none. */
export const UNTYPED = '';
/** An agent's types with the most trials are kept; one that was hardly seen of late is not. */
const TYPES_MAX = 32;
const TRIALS_LEAST = 0.1;
/** Share of attempts that succeed is taken to be within so much of 0 and 1: none is without noise. */
const SHARE_MARGIN = 0.02;

export interface Offsets {
  time: number;
  success: number;
}

const NO_OFFSETS: Offsets = { time: 0, success: 0 };

/** `time` is added to the log-time, `success` to the probability of one attempt; 0 where the type is new to the agent. */
export function typeOffsets(state: CalibrationState, agentId: string, type: string | null): Offsets {
  return knownTypes(state, agentId).offsets.get(type ?? UNTYPED) ?? NO_OFFSETS;
}

/** How many times of tasks of the type are known of the agent, decayed. */
export function timesOfType(state: CalibrationState, agentId: string, type: string | null): number {
  return ofAgent(ofAgent(state.types, agentId) ?? {}, type ?? UNTYPED)?.time_n ?? 0;
}

/**
 * Sum of squares of the agent's log-times that its types account for: what taking offset o_t off every left-over of its type, of sum
 * s_t, takes off their sum of squares, Σ o_t (2 s_t − n_t o_t).
 */
export function squaresOfTypes(state: CalibrationState, agentId: string): number {
  return knownTypes(state, agentId).squares;
}

interface KnownTypes {
  offsets: ReadonlyMap<string, Offsets>;
  squares: number;
}

/** States are never changed in place, so what is known of an agent's types is worked out once. */
const known = new WeakMap<CalibrationState, Map<string, KnownTypes>>();

function knownTypes(state: CalibrationState, agentId: string): KnownTypes {
  let ofState = known.get(state);
  if (!ofState) known.set(state, (ofState = new Map()));
  let types = ofState.get(agentId);
  if (!types) ofState.set(agentId, (types = workOut(state, agentId)));
  return types;
}

function workOut(state: CalibrationState, agentId: string): KnownTypes {
  const cells = ofAgent(state.types, agentId);
  if (cells === undefined) return { offsets: new Map(), squares: 0 };
  const levels = agentCells(state, agentId);
  const types = Object.entries(cells);
  const time = shrunk(
    types.map(([, cell]) => ({ n: cell.time_n, sum: cell.time_sum })),
    noiseOf(levels).variance,
  );
  const success = shrunk(
    types.map(([, cell]) => ({ n: cell.trials, sum: cell.surplus })),
    attemptVariance(levels),
  );
  return {
    offsets: new Map(types.map(([type], index) => [type, { time: time[index]!, success: success[index]! }])),
    squares: types.reduce((sum, [, cell], index) => {
      const offset = time[index]!;
      return sum + offset * (2 * cell.time_sum - cell.time_n * offset);
    }, 0),
  };
}

/** Of one attempt on the agent, whatever its risk. */
function attemptVariance(levels: AgentCells | undefined): number {
  const tallies = Object.values(levels ?? {});
  const trials = tallies.reduce((sum, cell) => sum + cell.trials, 0);
  const share = trials > 0 ? tallies.reduce((sum, cell) => sum + cell.successes, 0) / trials : 0;
  const within = Math.min(1 - SHARE_MARGIN, Math.max(SHARE_MARGIN, share));
  return within * (1 - within);
}

/** Each group's offset, in order. */
function shrunk(groups: readonly { n: number; sum: number }[], variance: number): number[] {
  const seen = groups.filter(({ n }) => n > 0);
  const total = seen.reduce((all, { n }) => all + n, 0);
  const middle = seen.reduce((all, { sum }) => all + sum, 0) / total;
  const apart = seen.reduce((all, { n, sum }) => all + n * (sum / n - middle) ** 2, 0);
  const weight = total - seen.reduce((all, { n }) => all + n * n, 0) / total;
  const between = seen.length < 2 ? 0 : Math.max(0, (apart - (seen.length - 1) * variance) / weight);
  return groups.map(({ n, sum }) => (n > 0 && between > 0 ? ((sum / n - middle) * n) / (n + variance / between) : 0));
}

/** An observation, and the log-time that counts of it; null: none does. */
export interface Counted {
  observation: Observation;
  y: number | null;
}

/** `absorbed`: the state with the observations in all but its types. Times of agents in `forgotten` begin anew. */
export function absorbTypes(
  absorbed: CalibrationState,
  observations: readonly Counted[],
  forgotten: ReadonlySet<string>,
): CalibrationState['types'] {
  const types = new Map(Object.entries(absorbed.types));
  for (const agentId of forgotten) {
    const cells = types.get(agentId);
    if (cells)
      types.set(
        agentId,
        mapCells(cells, (cell) => ({ ...cell, time_n: 0, time_sum: 0 })),
      );
  }
  const opened = new Set<string>();
  for (const counted of observations) {
    const { agent_id, task_type } = counted.observation;
    if (!opened.has(agent_id))
      types.set(
        agent_id,
        mapCells(types.get(agent_id) ?? {}, (cell) => ({ ...cell })),
      );
    opened.add(agent_id);
    addLeftOver(absorbed, types.get(agent_id)!, task_type ?? UNTYPED, counted);
  }
  return Object.fromEntries([...types].sort(byName).map(([agentId, cells]) => [agentId, mostSeen(cells)]));
}

export function ageTypes(types: CalibrationState['types'], success: number, time: number): CalibrationState['types'] {
  const age = (cell: TypeCell): TypeCell => ({
    trials: cell.trials * success,
    surplus: cell.surplus * success,
    time_n: cell.time_n * time,
    time_sum: cell.time_sum * time,
  });
  return Object.fromEntries(Object.entries(types).map(([agentId, cells]) => [agentId, mapCells(cells, age)]));
}

function addLeftOver(absorbed: CalibrationState, cells: TypeCells, type: string, { observation, y }: Counted): void {
  const { agent_id, risk_level, attempts, success } = observation;
  const own = agentCells(absorbed, agent_id)?.[risk_level];
  const cell = ofAgent(cells, type) ?? { trials: 0, surplus: 0, time_n: 0, time_sum: 0 };
  const share = own && own.trials > 0 ? own.successes / own.trials : 0;
  cell.trials += attempts;
  cell.surplus += (success ? 1 : 0) - attempts * share;
  if (y !== null && own && own.time_n > 0) {
    cell.time_n += 1;
    cell.time_sum += y - own.time_sum / own.time_n;
  }
  Object.defineProperty(cells, type, { value: cell, enumerable: true, writable: true, configurable: true });
}

function mostSeen(cells: TypeCells): TypeCells {
  const seen = Object.entries(cells).filter(([type, { trials }]) => type === UNTYPED || trials >= TRIALS_LEAST);
  const kept = seen.length <= TYPES_MAX ? seen : seen.sort(([, a], [, b]) => b.trials - a.trials).slice(0, TYPES_MAX);
  return Object.fromEntries(kept.sort(byName));
}

function mapCells(cells: TypeCells, change: (cell: TypeCell) => TypeCell): TypeCells {
  return Object.fromEntries(Object.entries(cells).map(([type, cell]) => [type, change(cell)]));
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
