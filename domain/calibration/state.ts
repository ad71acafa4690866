/**
 * What past attempts say about each agent, per risk level: decayed tallies of success and of log-time.
 *
 * A wave first ages the state once (`ageOneWave`), then absorbs what it observed (`absorb`). Both return a new state; a
 * state is never changed in place. Design and constants: beta-binomial evidence with a cap and a decay of 0.97, log-time
 * tallies with a decay of 0.9 (speed drifts faster than reliability).
 */
import { invariant } from '../model/invariant.ts';
import { RISK_LEVELS, type RiskLevel } from '../model/task.ts';
import { logTimePosterior } from './log-time-posterior.ts';

/** Tallies of one agent at one risk level. Decay makes them fractional. */
export interface CalibrationCell {
  successes: number;
  trials: number;
  /** Of y = ln(actual × speed_multiplier ÷ declared), over successes: count, sum and sum of squares. */
  time_n: number;
  time_sum: number;
  time_sum_sq: number;
}
export type AgentCells = Partial<Record<RiskLevel, CalibrationCell>>;

/** Plain JSON; agents in the order of their ids. */
export interface CalibrationState {
  /** How often the state was aged. */
  waves: number;
  agents: Record<string, AgentCells>;
}

/** One executed task: `attempts` trials, the last of them a success when `success`. */
export interface Observation {
  agent_id: string;
  risk_level: RiskLevel;
  attempts: number;
  success: boolean;
  /** Of the last attempt; null: not known. */
  execution_time_ms: number | null;
  /** Declared time of one attempt at pace 1.0; null: not known. */
  declared_ms: number | null;
  speed_multiplier: number;
}

/** A cell's success evidence weighs at most so many trials. */
const TRIALS_MAX = 30;
const SUCCESS_DECAY = 0.97;
const TIME_DECAY = 0.9;
/** A log-time further from its prediction than so many standard deviations is pulled in to that distance. */
const Z_MAX = 2.5;
/** Clocks count whole milliseconds: a shorter time is read as this, so that its logarithm stays finite. */
const SHORTEST_MS = 0.5;
/** What an agent's summary from phase 18 is worth, in trials of unrecorded risk. */
const SUMMARY_TRIALS = 6;

/** No evidence about anyone. */
export function emptyCalibration(): CalibrationState {
  return { waves: 0, agents: {} };
}

/** The cells of one agent; undefined when nothing is known of it. */
export function agentCells(state: CalibrationState, agentId: string): AgentCells | undefined {
  return Object.hasOwn(state.agents, agentId) ? state.agents[agentId] : undefined;
}

/**
 * Adds one wave's observations. Their order does not matter to the counts: the cap on trials and the pulling in of
 * outlying times use the state as it was before. An observation without attempts is skipped; a time counts only from a
 * success whose actual and declared times are both known.
 */
export function absorb(state: CalibrationState, observations: readonly Observation[]): CalibrationState {
  const agents = copyAgents(state);
  for (const observation of observations) {
    invariant(
      observation.attempts >= 0,
      `attempts of ${observation.agent_id} is ${observation.attempts}, expected ≥ 0`,
    );
    if (observation.attempts === 0) continue;
    const cell = openCell(agents, observation.agent_id, observation.risk_level);
    cell.trials += observation.attempts;
    if (!observation.success) continue;
    cell.successes += 1;
    const y = clippedLogRatio(state, observation);
    if (y === null) continue;
    cell.time_n += 1;
    cell.time_sum += y;
    cell.time_sum_sq += y * y;
  }
  return { waves: state.waves, agents: mapCells(agents, capTrials) };
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
  return { waves: state.waves + 1, agents: mapCells(copyAgents(state), age) };
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
  return { waves: state.waves, agents: mapCells(seeded, (cell) => cell) };
}

function clippedLogRatio(state: CalibrationState, observation: Observation): number | null {
  const { execution_time_ms: actual, declared_ms: declared, speed_multiplier: speed } = observation;
  if (actual === null || declared === null || !(actual >= 0) || !(declared > 0) || !(speed > 0)) return null;
  const expected = logTimePosterior(agentCells(state, observation.agent_id), observation.risk_level);
  const reach = Z_MAX * expected.sd_predictive;
  const y = Math.log((Math.max(actual, SHORTEST_MS) * speed) / declared);
  return Math.min(expected.mean + reach, Math.max(expected.mean - reach, y));
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

function openCell(agents: OpenAgents, agentId: string, risk: RiskLevel): CalibrationCell {
  let cells = agents.get(agentId);
  if (cells === undefined) agents.set(agentId, (cells = {}));
  return (cells[risk] ??= { successes: 0, trials: 0, time_n: 0, time_sum: 0, time_sum_sq: 0 });
}

function mapCells(agents: OpenAgents, change: (cell: CalibrationCell) => CalibrationCell): Record<string, AgentCells> {
  const sorted = [...agents].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([agentId, cells]) => [agentId, mapRisks(cells, change)]));
}

function mapRisks(cells: AgentCells, change: (cell: CalibrationCell) => CalibrationCell): AgentCells {
  const mapped: AgentCells = {};
  for (const risk of RISK_LEVELS) {
    const cell = cells[risk];
    if (cell !== undefined) mapped[risk] = change(cell);
  }
  return mapped;
}
