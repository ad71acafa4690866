/** What a simulated wave is given, and what comes of it. */
import type { StepResult } from '../dispatch/rules-1/step.ts';
import type { step } from '../dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../dispatch/protocol.ts';
import type { DispatchState } from '../dispatch/state.ts';
import type { AttemptLine } from '../model/outcome.ts';
import type { LaneRow, Move } from '../model/plan.ts';
import type { GateDecision } from '../model/records.ts';
import type { Task } from '../model/task.ts';
import type { Estimator } from '../wave/estimates.ts';
import type { DispatchFacts } from '../wave/measure-stage.ts';
import type { PlanMemory } from '../wave/plan-memory.ts';
import type { planStage } from '../wave/plan-stage.ts';
import type { WaveSettings } from '../wave/settings.ts';
import type { Disturbance, Interference } from './interference.ts';
import type { AttemptModel } from './virtual-agent.ts';
import type { AskedRequest } from './virtual-people.ts';

export interface SimulateWaveInput {
  settings: WaveSettings;
  tasks: Task[];
  estimate: Estimator;
  model: AttemptModel;
  /** Epoch milliseconds of the virtual clock's start. */
  startAt: number;
  /** How people answer approval requests: all approved after so many milliseconds; null: never. */
  approveAfterMs: number | null;
  approvalTimeoutMs: number;
  disturbances?: Disturbance[];
  interference?: Interference;
  /** How plans are made; by default each is made anew. */
  plan?: typeof planStage;
  /** Sees every step of the dispatch. */
  observe?: (before: DispatchState, event: DispatchEvent, result: StepResult) => void;
  /** The rules of the dispatch. Only a test that wants to see wrong ones found out gives others. */
  step?: typeof step;
}

export interface SimulatedWave {
  /** What counts, in the order of acceptance; and attempts that ran beside a task's first end. */
  lines: AttemptLine[];
  discarded: AttemptLine[];
  facts: DispatchFacts;
  memory: PlanMemory;
  decisions: GateDecision[];
  moves: Move[];
  requests: AskedRequest[];
  /** Rows of the first plan, as released. */
  schedule: LaneRow[];
  state: DispatchState;
}
