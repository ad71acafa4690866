/**
 * The six fleets of the learning experiment, drawn from a seed: what their agents truly are in each wave. What upstream
 * declares of the tasks is the same in all of them, and says nothing of the agents.
 */
import type { Agent, SimulatedAgent } from '../../domain/model/agent.ts';
import { normal, seededRandom } from '../../domain/model/random.ts';
import { natureModel } from '../../domain/simulation/simulate-run.ts';
import type { AttemptModel } from '../../domain/simulation/virtual-agent.ts';

export const FLEET_NAMES = ['homogeneous', 'heterogeneous', 'drifting', 'straggler', 'flaky', 'outage'] as const;
export type FleetName = (typeof FLEET_NAMES)[number];

/** Fleets whose agents vary less or more than the learner's model takes for granted. */
export const MISMATCHED_NAMES = ['narrow', 'wide', 'noisy'] as const;
export type MismatchedName = (typeof MISMATCHED_NAMES)[number];
export type DrawnName = FleetName | MismatchedName;

export interface Fleet {
  agents: Agent[];
  /** The agents' true nature in a wave, counted from 1. */
  natures: (wave: number) => SimulatedAgent[];
  /** What really happens in a wave's attempts. */
  attempts: (wave: number) => AttemptModel;
}

/** Standard deviation of the agents' log-speeds; the learner's prior takes 0.5. */
const SPEED_SPREAD = 0.6;
const OTHER_SPREADS: Readonly<Partial<Record<DrawnName, number>>> = { homogeneous: 0, narrow: 0.15, wide: 1.2 };
/** Noisy: standard deviation of an attempt's log-time, where the model begins with 0.3 and the other fleets have some 0.09. */
const NOISY_SPREAD = 0.6;
const RELIABILITY = 0.97;
const FLAKY_RELIABILITY = [0.6, 0.98] as const;
/** Drifting: every wave each log-speed takes a step of this standard deviation, … */
const DRIFT_STEP = 0.06;
/** … and in the middle of the run this share of the agents becomes twice as fast or half as fast. */
const SHIFT_SHARE = 0.25;
const SHIFT_FACTOR = 2;
/** An attempt in so many straggles, and takes so much longer (Ananthanarayanan and others, 2013: eight times the median). */
const STRAGGLER_SHARE = 0.03;
const STRAGGLER_FACTOR = 8;
/** In every so-many-th wave this share of the agents fails for a while. */
export const OUTAGE_EVERY = 4;
const OUTAGE_SHARE = 0.25;
const OUTAGE_LATEST_START_MS = 30_000;
const OUTAGE_LASTS_MS = 60_000;

/** Agents `agent_00` onwards, with one slot each. `waves`: how long the run is, for the shift in its middle. */
export function drawFleet(name: DrawnName, seed: number, size: { agents: number; waves: number }): Fleet {
  const ids = Array.from({ length: size.agents }, (_, index) => `agent_${String(index).padStart(2, '0')}`);
  const speeds = ids.map((id) => speedByWave(name, seed, id, size.waves));
  const natures = (wave: number) =>
    ids.map((agent_id, index): SimulatedAgent => ({
      agent_id,
      seed: seed * 1000 + index,
      speed: speeds[index]![wave - 1]!,
      reliability: reliabilityOf(name, seed, agent_id),
      drift: 0,
      outages: name === 'outage' ? outagesOf(seed, agent_id, wave) : [],
    }));
  return {
    agents: ids.map((agent_id) => ({
      agent_id,
      kind: 'simulated',
      slots: 1,
      capabilities: [],
      idempotent: name === 'straggler',
    })),
    natures,
    attempts: (wave) => {
      const model = natureModel(natures(wave), wave);
      if (name === 'noisy') return noisy(model, seed);
      return name === 'straggler' ? straggling(model, seed) : model;
    },
  };
}

function speedByWave(name: DrawnName, seed: number, agentId: string, waves: number): number[] {
  const random = seededRandom('learning speed', seed, agentId);
  let logSpeed = (OTHER_SPREADS[name] ?? SPEED_SPREAD) * normal(random);
  if (name !== 'drifting') return Array.from({ length: waves }, () => Math.exp(logSpeed));
  const shifts = random() < SHIFT_SHARE;
  const factor = random() < 0.5 ? SHIFT_FACTOR : 1 / SHIFT_FACTOR;
  const shiftWave = Math.floor(waves / 2) + 1;
  return Array.from({ length: waves }, (_, index) => {
    if (index > 0) logSpeed += DRIFT_STEP * normal(random);
    if (shifts && index + 1 === shiftWave) logSpeed += Math.log(factor);
    return Math.exp(logSpeed);
  });
}

function reliabilityOf(name: DrawnName, seed: number, agentId: string): number {
  if (name !== 'flaky') return RELIABILITY;
  const [least, most] = FLAKY_RELIABILITY;
  return least + (most - least) * seededRandom('learning reliability', seed, agentId)();
}

function outagesOf(seed: number, agentId: string, wave: number): SimulatedAgent['outages'] {
  const random = seededRandom('learning outage', seed, agentId, wave);
  if (wave % OUTAGE_EVERY !== 0 || random() >= OUTAGE_SHARE) return [];
  const from_ms = OUTAGE_LATEST_START_MS * random();
  return [{ from_ms, to_ms: from_ms + OUTAGE_LASTS_MS }];
}

/** The same attempt takes as long in every run, whoever planned it; the median is as without noise. */
function noisy(model: AttemptModel, seed: number): AttemptModel {
  return (row, attempt, speed_multiplier, elapsed_ms) => {
    const answer = model(row, attempt, speed_multiplier, elapsed_ms);
    const factor = Math.exp(
      NOISY_SPREAD * normal(seededRandom('learning noise', seed, row.agent_id, row.task_id, attempt)),
    );
    return { ...answer, duration_ms: answer.duration_ms * factor };
  };
}

/** The same attempt straggles in every run, whoever planned it. */
function straggling(model: AttemptModel, seed: number): AttemptModel {
  return (row, attempt, speed_multiplier, elapsed_ms) => {
    const answer = model(row, attempt, speed_multiplier, elapsed_ms);
    const straggles = seededRandom('learning straggler', seed, row.agent_id, row.task_id, attempt)() < STRAGGLER_SHARE;
    return straggles ? { ...answer, duration_ms: answer.duration_ms * STRAGGLER_FACTOR } : answer;
  };
}
