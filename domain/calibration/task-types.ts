/**
 * What tasks of a type take on an agent beside what its risk level tells: tallies of what is left over once a wave is
 * absorbed, so that an agent with tasks of one type has nothing left over. Offsets are shrunk towards none:
 *
 *   time     Σ (y − m_jk) ÷ (n + s² ÷ td²), added to the log-time; td = 0.35 as between risk levels
 *   success  Σ (successes − attempts × the risk level's share) ÷ (attempts + 8), added to the probability
 */
import { LEVEL_VARIANCE, logTimePosterior, NOISE_VARIANCE } from './log-time-posterior.ts';
import type { Observation } from './observation.ts';
import { logRatio } from './observation.ts';
import type { CalibrationState, TypeCell, TypeCells } from './state.ts';
import { agentCells, ofAgent } from './state.ts';

/** Trials that "no offset" is worth. */
const PRIOR_TRIALS = 8;
/** An agent's types with the most trials are kept; one that was hardly seen of late is not. */
const TYPES_MAX = 32;
const TRIALS_LEAST = 0.1;
/** What is left over may be pulled in as log-times are: it is noise where it is more. */
const LEFT_OVER_MAX = 2;

const NO_OFFSETS = { time: 0, success: 0 };

/** `time` is added to the log-time, `success` to the probability of one attempt; 0 where the type is new to the agent. */
export function typeOffsets(
  state: CalibrationState,
  agentId: string,
  type: string | null,
): { time: number; success: number } {
  const cell = type === null ? undefined : ofAgent(ofAgent(state.types, agentId) ?? {}, type);
  if (cell === undefined) return NO_OFFSETS;
  return {
    time: cell.time_sum / (cell.time_n + NOISE_VARIANCE / LEVEL_VARIANCE),
    success: cell.surplus / (cell.trials + PRIOR_TRIALS),
  };
}

/** `absorbed`: the state with the observations in all but its types. Times of agents in `forgotten` begin anew. */
export function absorbTypes(
  absorbed: CalibrationState,
  observations: readonly Observation[],
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
  for (const observation of observations) {
    const { agent_id, task_type, attempts } = observation;
    if (task_type === null || attempts === 0) continue;
    if (!opened.has(agent_id))
      types.set(
        agent_id,
        mapCells(types.get(agent_id) ?? {}, (cell) => ({ ...cell })),
      );
    opened.add(agent_id);
    addLeftOver(absorbed, types.get(agent_id)!, task_type, observation);
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

function addLeftOver(absorbed: CalibrationState, cells: TypeCells, type: string, observation: Observation): void {
  const { agent_id, risk_level, attempts, success } = observation;
  const known = agentCells(absorbed, agent_id);
  const own = known?.[risk_level];
  const cell = ofAgent(cells, type) ?? { trials: 0, surplus: 0, time_n: 0, time_sum: 0 };
  const share = own && own.trials > 0 ? own.successes / own.trials : 0;
  cell.trials += attempts;
  cell.surplus += (success ? 1 : 0) - attempts * share;
  const y = logRatio(observation);
  if (y !== null) {
    cell.time_n += 1;
    cell.time_sum += Math.min(LEFT_OVER_MAX, Math.max(-LEFT_OVER_MAX, y - logTimePosterior(known, risk_level).mean));
  }
  Object.defineProperty(cells, type, { value: cell, enumerable: true, writable: true, configurable: true });
}

function mostSeen(cells: TypeCells): TypeCells {
  const seen = Object.entries(cells).filter(([, { trials }]) => trials >= TRIALS_LEAST);
  const kept = seen.length <= TYPES_MAX ? seen : seen.sort(([, a], [, b]) => b.trials - a.trials).slice(0, TYPES_MAX);
  return Object.fromEntries(kept.sort(byName));
}

function mapCells(cells: TypeCells, change: (cell: TypeCell) => TypeCell): TypeCells {
  return Object.fromEntries(Object.entries(cells).map(([type, cell]) => [type, change(cell)]));
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
