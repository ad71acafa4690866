/**
 * How past attempts become what is known of each agent: decayed tallies of success and of log-time per risk level.
 *
 * A wave first ages the state once (`ageOneWave`), then absorbs what it observed (`absorb`). Both return a new state; a
 * state is never changed in place. Design and constants: beta-binomial evidence with a cap and a decay of 0.97, log-time
 * tallies with a decay of 0.9 (speed drifts faster than reliability). When an agent has become slower or faster all at
 * once, what its times said before is forgotten (`drift-watch.ts`). What tasks of a type take beside that is in
 * `task-types.ts`.
 */
import { groupBy } from '../model/group-by.ts';
import { invariant } from '../model/invariant.ts';
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { DRIFT_ALARM, NO_DRIFT, watchDrift, type DriftWatch, type Watched } from './drift-watch.ts';
import { logTimePosterior, NOISE_VARIANCE, noiseOf } from './log-time-posterior.ts';
import { logRatio, type Observation } from './observation.ts';
import { agentCells, ofAgent, type AgentCells, type CalibrationCell, type CalibrationState } from './state.ts';
import { absorbTypes, ageTypes, timesOfType, typeOffsets, type Counted } from './task-types.ts';

/** A cell's success evidence weighs at most so many trials. */
const TRIALS_MAX = 30;
const SUCCESS_DECAY = 0.97;
const TIME_DECAY = 0.9;
/**
 * A log-time further from its prediction than so many standard deviations is pulled in to that distance. An agent that has been
 * steady is still believed as much as one of which nothing is known: it may have changed.
 */
const Z_MAX = 2.5;
/**
 * An agent's watch begins once so many of its times, decayed, are known, and beside tasks of known types that of a type likewise: a
 * new type that takes longer is no change of the agent.
 */
const WATCHED_FROM = 4;
/** So many times of an agent, or of a type beside known ones, of which little was known tell where its times lie, however far off. */
const MIDDLE_FROM = 5;
/** What an agent's summary from phase 18 is worth, in trials of unrecorded risk. */
const SUMMARY_TRIALS = 6;

/**
 * Adds one wave's observations. An agent's own come in the order in which they were made: an outlying time is
 * pulled in towards what those before it said. The cap on trials uses the state as it was before. An observation without
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
    const { watched, counted, believed } = takeTimes(state, agentId, times, driftAlarm);
    if (times.length > 0) drift.set(agentId, nextWatch(state, agentId, watched));
    if (watched.changed) {
      changed.add(agentId);
      forgetTimes(agents.get(agentId));
    }
    const known = own.map((observation): Counted => ({ observation, y: null }));
    counted.forEach(({ index }, at) => (known[index]!.y = believed[at]!));
    for (const { observation, y } of known) {
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
  const made = observations.filter(({ agent_id, attempts }) => {
    invariant(attempts >= 0, `attempts of ${agent_id} is ${attempts}, expected ≥ 0`);
    return attempts > 0;
  });
  return groupBy(made, ({ agent_id }) => agent_id);
}

interface KnownTime {
  observation: Observation;
  /** Among the agent's observations. */
  index: number;
  y: number;
}

/** What the watch says of an agent's times, which of them count, and what is believed of each of those. */
function takeTimes(
  state: CalibrationState,
  agentId: string,
  times: readonly KnownTime[],
  driftAlarm: number,
): { watched: Watched; counted: readonly KnownTime[]; believed: number[] } {
  const cells = agentCells(state, agentId) ?? {};
  const isNew = times.length >= MIDDLE_FROM && Object.values(cells).every((cell) => cell.time_n === 0);
  const middle = (of: readonly KnownTime[]) =>
    middleOf(of.map(({ observation, y }) => y - typeOffsets(state, agentId, observation.task_type).time));
  const { believed, distances } = follow(state, agentId, cells, times, isNew ? middle(times) : null);
  const watched = watchDrift(ofAgent(state.drift, agentId) ?? NO_DRIFT, distances, driftAlarm);
  if (watched.changed === null) return { watched, counted: times, believed };
  const counted = times.slice(watched.changed.from);
  return { watched, counted, believed: follow(state, agentId, {}, counted, middle(counted)).believed };
}

interface Followed {
  /** Each log-time as far as it is believed: one too far from where it was expected, at the end of what is. */
  believed: number[];
  /** Each one's distance from where it was expected, in standard deviations, pulled in likewise; 0 while too little is known. */
  distances: number[];
}

/**
 * Holds each time against all that came before it, the wave's own included, and learns from it: an agent that nobody knew has
 * not drifted, and one whose times scatter is taken for one whose times scatter. `cells`: what was known before. `middle`: where
 * the times lie but for what their types add, for an agent that is not known, or not any more; null: where they are expected.
 */
function follow(
  state: CalibrationState,
  agentId: string,
  cells: AgentCells,
  times: readonly KnownTime[],
  middle: number | null,
): Followed {
  const seen = mapRisks(cells, (cell) => ({ ...cell }));
  const followed: Followed = { believed: [], distances: [] };
  const isTypeKnown = (type: string | null) => timesOfType(state, agentId, type) >= WATCHED_FROM;
  const areTypesKnown = times.some(({ observation }) => isTypeKnown(observation.task_type));
  const isNewBesideKnown = (type: string | null) => areTypesKnown && !isTypeKnown(type);
  const middles = middlesOfTypes(times.filter(({ observation }) => isNewBesideKnown(observation.task_type)));
  for (const { observation, y } of times) {
    const { risk_level, task_type } = observation;
    const noise = noiseOf(seen).variance;
    const { mean, sd_level, sd_predictive } = logTimePosterior(seen, risk_level, noise);
    const reach = Z_MAX * Math.sqrt(Math.max(noise, NOISE_VARIANCE) + sd_level ** 2);
    const known = Object.values(seen).reduce((sum, cell) => sum + cell.time_n, 0);
    const { time: offset } = typeOffsets(state, agentId, task_type);
    const distance = (y - mean - offset) / sd_predictive;
    const believed = pulledIn(middles.get(task_type) ?? (middle ?? mean) + offset, reach, y);
    const isWatched = known >= WATCHED_FROM && !isNewBesideKnown(task_type);
    followed.distances.push(isWatched ? pulledIn(0, Z_MAX, distance) : 0);
    followed.believed.push(believed);
    addTime((seen[risk_level] ??= emptyCell()), believed);
  }
  return followed;
}

/** Of types with times enough to tell. */
function middlesOfTypes(times: readonly KnownTime[]): Map<string | null, number> {
  const types = [...groupBy(times, ({ observation }) => observation.task_type)];
  const telling = types.filter(([, own]) => own.length >= MIDDLE_FROM);
  return new Map(telling.map(([type, own]) => [type, middleOf(own.map(({ y }) => y))]));
}

/** Of one or more values. */
function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
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
