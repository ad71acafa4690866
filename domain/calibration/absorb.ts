/**
 * How past attempts become what is known of each agent: decayed tallies of success and of log-time per risk level.
 *
 * A wave first ages the state once (`ageOneWave`), then absorbs what it observed (`absorb`). Both return a new state; a
 * state is never changed in place. Design and constants: beta-binomial evidence with a cap and a decay of 0.97, log-time
 * tallies with a decay of 0.9 (speed drifts faster than reliability). When an agent has become slower or faster all at
 * once, what its times said before is forgotten (`drift-watch.ts`). What tasks of a type take beside that is in
 * `task-types.ts`.
 */
import { invariant } from '../model/invariant.ts';
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { DRIFT_ALARM, NO_DRIFT, watchDrift, type DriftWatch, type Watched } from './drift-watch.ts';
import { logTimePosterior, noiseOf } from './log-time-posterior.ts';
import { logRatio, type Observation } from './observation.ts';
import { agentCells, ofAgent, type AgentCells, type CalibrationCell, type CalibrationState } from './state.ts';
import { absorbTypes, ageTypes, typeOffsets, type Counted } from './task-types.ts';

/** A cell's success evidence weighs at most so many trials. */
const TRIALS_MAX = 30;
const SUCCESS_DECAY = 0.97;
const TIME_DECAY = 0.9;
/** A log-time further from its prediction than so many standard deviations is pulled in to that distance. */
const Z_MAX = 2.5;
/** What an agent's summary from phase 18 is worth, in trials of unrecorded risk. */
const SUMMARY_TRIALS = 6;

/**
 * Adds one wave's observations. An agent's own come in the order in which they were made, which only its drift watch
 * minds: the cap on trials and the pulling in of outlying times use the state as it was before. An observation without
 * attempts is skipped; a time counts only from a success whose actual and declared times are both known, and only from
 * when the agent changed, if it did. `driftAlarm`: the h of its drift watch.
 */
export function absorb(
  state: CalibrationState,
  observations: readonly Observation[],
  driftAlarm = DRIFT_ALARM,
): CalibrationState {
  const agents = copyAgents(state);
  const drift = new Map(Object.entries(state.drift));
  const changed = new Set<string>();
  const taken: Counted[] = [];
  for (const [agentId, own] of byAgent(observations)) {
    const times = own.flatMap((observation, index) => {
      const y = logRatio(observation);
      return y === null ? [] : [{ observation, index, y }];
    });
    const watched = watchAgent(state, agentId, times, driftAlarm);
    if (watched.changed) {
      changed.add(agentId);
      forgetTimes(agents.get(agentId));
    }
    if (times.length > 0) drift.set(agentId, nextWatch(state, agentId, watched));
    const counted = times.slice(watched.changed?.from ?? 0);
    const expected = expectedTimes(state, agentId, counted, watched.changed !== null);
    const believed = own.map((observation): Counted => ({ observation, y: null }));
    for (const { observation, index, y } of counted) {
      const { centre, reach } = expected(observation.risk_level);
      believed[index]!.y = pulledIn(centre, reach, y);
    }
    for (const { observation, y } of believed) {
      const cell = openCell(agents, agentId, observation.risk_level);
      cell.trials += observation.attempts;
      if (observation.success) cell.successes += 1;
      if (y !== null) addTime(cell, y);
      taken.push({ observation, y });
    }
  }
  const absorbed: CalibrationState = {
    waves: state.waves,
    agents: mapCells(agents, capTrials),
    drift: Object.fromEntries([...drift].sort(byId)),
    types: state.types,
  };
  return { ...absorbed, types: absorbTypes(absorbed, taken, changed) };
}

/** The passing of one wave: success evidence × 0.97, time evidence × 0.9. */
export function ageOneWave(state: CalibrationState): CalibrationState {
  const age = (cell: CalibrationCell): CalibrationCell => ({
    successes: cell.successes * SUCCESS_DECAY,
    trials: cell.trials * SUCCESS_DECAY,
    time_n: cell.time_n * TIME_DECAY,
    time_sum: cell.time_sum * TIME_DECAY,
    time_sum_sq: cell.time_sum_sq * TIME_DECAY,
  });
  return {
    waves: state.waves + 1,
    agents: mapCells(copyAgents(state), age),
    drift: state.drift,
    types: ageTypes(state.types, SUCCESS_DECAY, TIME_DECAY),
  };
}

/**
 * Takes phase 18's summary as a weak prior for agents that have no evidence yet; others keep what they have, so seeding
 * twice is seeding once. A task needs 1 + retry_rate attempts on average, so one attempt succeeds with
 * success_rate ÷ (1 + retry_rate).
 */
export function seedFromSummary(
  state: CalibrationState,
  agents: Readonly<Record<string, { success_rate: number; retry_rate: number }>>,
): CalibrationState {
  const seeded = copyAgents(state);
  for (const [agentId, summary] of Object.entries(agents)) {
    if (seeded.has(agentId)) continue;
    const cell = openCell(seeded, agentId, 'UNKNOWN');
    const perAttempt = summary.success_rate / (1 + Math.max(0, summary.retry_rate));
    cell.trials = SUMMARY_TRIALS;
    cell.successes = SUMMARY_TRIALS * Math.min(1, Math.max(0, perAttempt));
  }
  return { ...state, agents: mapCells(seeded, (cell) => cell) };
}

/** Agents whose watch gave an alarm between the two states. */
export function driftedAgents(
  before: CalibrationState,
  after: CalibrationState,
): { agent_id: string; became: 'slower' | 'faster' }[] {
  return Object.entries(after.drift).flatMap(([agent_id, { alarm }]) => {
    const isNew = alarm !== null && alarm.wave > before.waves;
    return isNew ? [{ agent_id, became: alarm.became }] : [];
  });
}

function byAgent(observations: readonly Observation[]): Map<string, Observation[]> {
  const groups = new Map<string, Observation[]>();
  for (const observation of observations) {
    const { agent_id, attempts } = observation;
    invariant(attempts >= 0, `attempts of ${agent_id} is ${attempts}, expected ≥ 0`);
    if (attempts === 0) continue;
    const group = groups.get(agent_id);
    if (group) group.push(observation);
    else groups.set(agent_id, [observation]);
  }
  return groups;
}

interface KnownTime {
  observation: Observation;
  /** Among the agent's observations. */
  index: number;
  y: number;
}

/** Each time is held against all that came before it, the wave's own included: an agent that nobody knew has not drifted. */
function watchAgent(
  state: CalibrationState,
  agentId: string,
  times: readonly KnownTime[],
  driftAlarm: number,
): Watched {
  const seen = mapRisks(agentCells(state, agentId) ?? {}, (cell) => ({ ...cell }));
  const noise = noiseOf(seen).variance;
  const values = times.map(({ observation: { risk_level, task_type }, y }) => {
    const { mean, sd_level } = logTimePosterior(seen, risk_level);
    const left = y - mean - typeOffsets(state, agentId, task_type).time;
    const z = left / Math.sqrt(noise + sd_level ** 2);
    addTime((seen[risk_level] ??= emptyCell()), pulledIn(mean, Z_MAX * Math.sqrt(noise + sd_level ** 2), y));
    return pulledIn(0, Z_MAX, z);
  });
  return watchDrift(ofAgent(state.drift, agentId) ?? NO_DRIFT, values, driftAlarm);
}

function nextWatch(state: CalibrationState, agentId: string, { sums, changed }: Watched): DriftWatch {
  const alarm = changed ? { wave: state.waves, became: changed.became } : null;
  return { ...sums, alarm: alarm ?? ofAgent(state.drift, agentId)?.alarm ?? null };
}

function forgetTimes(cells: AgentCells | undefined): void {
  for (const cell of Object.values(cells ?? {})) Object.assign(cell, { time_n: 0, time_sum: 0, time_sum_sq: 0 });
}

function addTime(cell: CalibrationCell, y: number): void {
  cell.time_n += 1;
  cell.time_sum += y;
  cell.time_sum_sq += y * y;
}

/** A value too far from where values are expected, at the end of what is believed. */
function pulledIn(centre: number, reach: number, value: number): number {
  return Math.min(centre + reach, Math.max(centre - reach, value));
}

/** Where an agent's times are expected; of one that has changed, in the middle of what was seen since. */
function expectedTimes(
  state: CalibrationState,
  agentId: string,
  times: readonly KnownTime[],
  hasChanged: boolean,
): (risk: RiskLevel) => { centre: number; reach: number } {
  const cells = hasChanged ? undefined : agentCells(state, agentId);
  const middle = hasChanged ? times.map(({ y }) => y).sort((a, b) => a - b)[Math.floor(times.length / 2)] : undefined;
  return (risk) => {
    const { mean, sd_predictive } = logTimePosterior(cells, risk);
    return { centre: middle ?? mean, reach: Z_MAX * sd_predictive };
  };
}

function capTrials(cell: CalibrationCell): CalibrationCell {
  if (cell.trials <= TRIALS_MAX) return cell;
  return { ...cell, successes: (cell.successes * TRIALS_MAX) / cell.trials, trials: TRIALS_MAX };
}

type OpenAgents = Map<string, AgentCells>;

function copyAgents(state: CalibrationState): OpenAgents {
  return new Map(
    Object.entries(state.agents).map(([agentId, cells]) => [agentId, mapRisks(cells, (cell) => ({ ...cell }))]),
  );
}

function emptyCell(): CalibrationCell {
  return { successes: 0, trials: 0, time_n: 0, time_sum: 0, time_sum_sq: 0 };
}

function openCell(agents: OpenAgents, agentId: string, risk: RiskLevel): CalibrationCell {
  let cells = agents.get(agentId);
  if (cells === undefined) agents.set(agentId, (cells = {}));
  return (cells[risk] ??= emptyCell());
}

function mapCells(agents: OpenAgents, change: (cell: CalibrationCell) => CalibrationCell): Record<string, AgentCells> {
  return Object.fromEntries([...agents].sort(byId).map(([agentId, cells]) => [agentId, mapRisks(cells, change)]));
}

function byId([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function mapRisks(cells: AgentCells, change: (cell: CalibrationCell) => CalibrationCell): AgentCells {
  const mapped: AgentCells = {};
  for (const risk of RISK_LEVELS) {
    const cell = cells[risk];
    if (cell !== undefined) mapped[risk] = change(cell);
  }
  return mapped;
}
