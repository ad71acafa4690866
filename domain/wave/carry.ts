/** What a wave hands to the next one, and a run to the dataset's next run. One JSON value. */
import type { CalibrationState } from '../calibration/state.ts';
import type { AgentResult } from '../metrics/agent-results.ts';
import type { TunedParameters } from '../model/agent.ts';
import type { Rollout } from '../model/evidence.ts';
import type { LearningSignal, Metric, SideMeasures } from '../model/records.ts';
import type { StrategyTrial } from '../strategy/select.ts';
import type { TuningMemory } from '../tuning/tune-agents.ts';

/** Raised with every change of what `Carry` means: a carry of another version is not read. */
export const CARRY_VERSION = 4;

export interface Carry {
  version: typeof CARRY_VERSION;
  /** Why what was learned earlier was left behind, for the rationale of the run's first wave; null: nothing was. */
  left_behind: string | null;
  /** The run that wrote it. */
  execution_id: string;
  /** Waves that had been learned from when that run began. */
  waves_before: number;
  calibration: CalibrationState;
  /** By agent. */
  parameters: Record<string, TunedParameters>;
  /** By agent: of this run. */
  tuning: Record<string, TuningMemory>;
  /** Agents whose circuit breaker was not closed when the run's wave before ended: they begin the next one on trial. */
  tripped: string[];
  /** What each strategy really achieved, over all runs. */
  trials: StrategyTrial[];
  /** The run's wave before; null at the start of a run. */
  previous: PreviousWave | null;
  /** This run's adjusted waves. */
  rollouts: Rollout[];
}

export interface PreviousWave {
  wave: number;
  metrics: Metric[];
  side: SideMeasures;
  signals: LearningSignal[];
  results: Record<string, AgentResult>;
}

/** What a dataset's first run starts from: what is known of its agents, and nothing that a wave has left. */
export function blankCarry(executionId: string, calibration: CalibrationState): Carry {
  return {
    version: CARRY_VERSION,
    left_behind: null,
    execution_id: executionId,
    waves_before: calibration.waves,
    calibration,
    parameters: {},
    tuning: {},
    tripped: [],
    trials: [],
    previous: null,
    rollouts: [],
  };
}

/** What a run takes over from the dataset's run before: all that was learned, nothing that belongs to one run. */
export function startOfRun(carry: Carry, executionId: string): Carry {
  const waves_before = carry.calibration.waves;
  return { ...carry, execution_id: executionId, waves_before, tuning: {}, tripped: [], previous: null, rollouts: [] };
}
