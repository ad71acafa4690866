/** A run of the learning experiment, ready to simulate, and what is read off it afterwards. */
import { emptyCalibration } from '../../domain/calibration/state.ts';
import { invariant } from '../../domain/model/invariant.ts';
import { normal, seededRandom } from '../../domain/model/random.ts';
import { DEFAULT_TARGETS } from '../../domain/model/targets.ts';
import type { Prediction, Task } from '../../domain/model/task.ts';
import type { SimulateRunInput, SimulatedRunWave } from '../../domain/simulation/simulate-run.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import { NO_REINFORCEMENT } from '../../domain/strategy/reinforcement.ts';
import { blankCarry } from '../../domain/wave/carry.ts';
import type { Fleet } from './fleets.ts';

/** How large the experiment is. `tasks` per wave. */
export interface Size {
  agents: number;
  tasks: number;
  waves: number;
}

/** What one run came to. */
export interface RunFigures {
  /** Sum over the waves of first dispatch to last outcome, milliseconds of the virtual clock. */
  makespanMs: number;
  /** Tasks that did not complete, for whatever reason. */
  lost: number;
  /** Tasks whose first attempt completed, and tasks that were attempted. */
  firstSuccesses: number;
  attempted: number;
}

const MEDIAN_MS = 10_000;
const SPREAD = 0.5;
const SHORTEST_MS = 2_000;
const LONGEST_MS = 40_000;
const DECLARED_SUCCESS = [0.88, 0.97] as const;
const PRIORITIES = 4;
/** Tasks a second: a target that no fleet here misses, so that the product asks nobody to hurry. See docs/learning.md. */
const THROUGHPUT_TARGET = 0.05;

/**
 * The same tasks for every fleet and policy of a seed, one declared row each for all agents. All are of risk LOW: no
 * wave is shortened by tasks that the gate held back.
 */
export function runInput(fleet: Fleet, size: Size, seed: number): SimulateRunInput {
  const waves = Array.from({ length: size.waves }, (_, index) => {
    const wave = index + 1;
    return { wave, tasks: Array.from({ length: size.tasks }, (__, number) => drawTask(seed, wave, number)) };
  });
  const declared = waves.flatMap(({ tasks }) => tasks.map((task) => declare(seed, task.task_id)));
  const execution_id = `learning-${seed}`;
  return {
    context: {
      execution_id,
      dataset: 'learning',
      wave: 1,
      dry_run: false,
      seed,
      targets: { ...DEFAULT_TARGETS, throughput: THROUGHPUT_TARGET },
      agents: fleet.agents,
      limits: { maxAttempts: 6, taskTimeoutMs: 3_600_000 },
      gate: { mediumNeedsApproval: false, highRiskThreshold: null, retryPenalties: [] },
      approvalTimeoutMs: 3_600_000,
      strategy: 'auto',
      tuning: 'on',
      tasks: [],
      retried: [],
      declared,
      adjusted: declared,
      reinforcement: NO_REINFORCEMENT,
      heuristics: [],
      acknowledgements: [],
      carry: blankCarry(execution_id, emptyCalibration()),
    },
    waves,
    natures: fleet.natures(1),
    startAt: Date.UTC(2026, 2, 2),
    variant: { attempts: fleet.attempts },
  };
}

/** Simulates the run and adds it up. */
export function measureRun(input: SimulateRunInput): RunFigures {
  const figures: RunFigures = { makespanMs: 0, lost: 0, firstSuccesses: 0, attempted: 0 };
  simulateRun(input).forEach((done, index) => addWave(figures, done, input.waves[index]!.tasks.length));
  return figures;
}

/** First dispatch to last outcome, milliseconds. */
export function makespanMs(facts: { firstDispatchAt: number | null; lastOutcomeAt: number | null }): number {
  const { firstDispatchAt, lastOutcomeAt } = facts;
  invariant(firstDispatchAt !== null && lastOutcomeAt !== null, 'a wave has no outcome');
  return lastOutcomeAt - firstDispatchAt;
}

function addWave(figures: RunFigures, { simulated }: SimulatedRunWave, tasks: number): void {
  figures.makespanMs += makespanMs(simulated.facts);
  const completed = new Set(simulated.lines.flatMap((line) => (line.status === 'completed' ? [line.task_id] : [])));
  figures.lost += tasks - completed.size;
  const first = simulated.lines.filter((line) => line.attempt === 1 && !line.copy);
  figures.attempted += new Set(simulated.lines.map((line) => line.task_id)).size;
  figures.firstSuccesses += first.filter((line) => line.status === 'completed').length;
}

function drawTask(seed: number, wave: number, number: number): Task {
  const task_id = `task_${wave}_${String(number + 1).padStart(3, '0')}`;
  return {
    task_id,
    wave,
    priority: 1 + Math.floor(PRIORITIES * seededRandom('learning priority', seed, task_id)()),
    risk_level: 'LOW',
    task_type: null,
    capabilities: [],
    payload: null,
    generation: 1,
  };
}

function declare(seed: number, task_id: string): Prediction {
  const random = seededRandom('learning declared', seed, task_id);
  const [least, most] = DECLARED_SUCCESS;
  const typical = MEDIAN_MS * Math.exp(SPREAD * normal(random));
  return {
    task_id,
    agent_id: null,
    success_probability: least + (most - least) * random(),
    confidence_delta: 0,
    execution_time_ms: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, typical)),
  };
}
