/**
 * A large wave planned as the product plans it, from tasks and predictions to rows: estimates, table of times, search, order,
 * and then planned again from that plan once some agents have turned out slow. Agents have two slots each.
 */
import { emptyCalibration } from '../../domain/calibration/state.ts';
import type { Agent } from '../../domain/model/agent.ts';
import { startKnobs, startParameters } from '../../domain/model/agent.ts';
import { seededRandom } from '../../domain/model/random.ts';
import type { Task } from '../../domain/model/task.ts';
import type { PlanInput } from '../../domain/scheduling/plan-wave.ts';
import { planWave } from '../../domain/scheduling/plan-wave.ts';
import { createEstimator, predictionTable } from '../../domain/wave/estimates.ts';
import { stopwatch } from './measure.ts';

export interface LargeWaveFigures {
  plan_seconds: number;
  /** From the plan in force, one agent in twenty being half as fast. */
  replan_seconds: number;
  /** The same without a plan in force. */
  fresh_seconds: number;
  /** Tasks that the new plan moves, as a share. */
  moved: number;
  /** End of the new plan ÷ end of the fresh one. */
  end_ratio: number;
}

const SLOTS = 2;
const TASK_TYPES = 10;
const PROBABILITIES = [0.9, 0.91, 0.92, 0.93, 0.94];
const CAPABILITIES = ['a', 'b', 'c'];
/** One task in so many asks for a capability, which two agents in three offer. */
const ASKING = 5;
const LONGEST_MS = 300_000;
/** One agent in so many is slow. */
const SLOW = 20;

export function measureLargeWave(tasks: number, agents: number, seed: number): LargeWaveFigures {
  const input = largeWave(tasks, agents, seed);
  const planClock = stopwatch();
  const plan = planWave(input);
  const planSeconds = planClock();
  const agentOf = new Map(plan.lanes.flatMap(({ agent_id, rows }) => rows.map(({ task_id }) => [task_id, agent_id])));
  const slowed = input.agents.map((agent, index) => ({ ...agent, pace: index % SLOW === 0 ? 2 : 1 }));
  const pending = input.pending.map((one) => ({ ...one, from_agent: agentOf.get(one.task.task_id) ?? null }));
  const replanClock = stopwatch();
  const again = planWave({ ...input, version: 2, pending, agents: slowed });
  const replanSeconds = replanClock();
  const freshClock = stopwatch();
  const fresh = planWave({ ...input, version: 2, agents: slowed });
  return {
    plan_seconds: planSeconds,
    replan_seconds: replanSeconds,
    fresh_seconds: freshClock(),
    moved: again.moves.length / tasks,
    end_ratio: again.makespan_ms / fresh.makespan_ms,
  };
}

function largeWave(tasks: number, agents: number, seed: number): PlanInput {
  const random = seededRandom('large wave', seed);
  const fleet = Array.from({ length: agents }, (_, index): Agent => {
    const capabilities = CAPABILITIES.filter((_, at) => (index + at) % CAPABILITIES.length !== 0);
    return { agent_id: `agent_${index}`, kind: 'simulated', slots: SLOTS, capabilities, idempotent: false };
  });
  const all = Array.from({ length: tasks }, (_, index): Task => {
    const asked = index % ASKING === 0 ? [CAPABILITIES[index % CAPABILITIES.length]!] : [];
    return {
      task_id: `task_${index}`,
      wave: 1,
      priority: 1 + (index % 4),
      risk_level: 'LOW',
      task_type: `type_${index % TASK_TYPES}`,
      capabilities: asked,
      payload: null,
      generation: 1,
    };
  });
  const declared = predictionTable(
    all.map(({ task_id }, index) => ({
      task_id,
      agent_id: null,
      success_probability: PROBABILITIES[index % PROBABILITIES.length]!,
      confidence_delta: 0,
      execution_time_ms: 1 + random() * LONGEST_MS,
    })),
  );
  const parameters = Object.fromEntries(fleet.map(({ agent_id }) => [agent_id, startParameters(SLOTS)]));
  const knobs = startKnobs();
  const estimate = createEstimator({
    declared,
    adjusted: declared,
    calibration: emptyCalibration(),
    parameters,
    knobs,
  });
  return {
    version: 1,
    pending: all.map((task) => ({ task, attempts_used: 0, attempts_on: {}, from_agent: null, move_reason: null })),
    agents: fleet.map((agent) => ({
      agent,
      parameters: parameters[agent.agent_id]!,
      free_at: new Array<number>(SLOTS).fill(0),
      pace: 1,
      failing: false,
    })),
    estimate,
    ...(estimate.kindOf && { kindOf: estimate.kindOf }),
    knobs,
    strategy: 'balance_load',
    maxAttempts: 6,
    threshold: () => 0.5,
    seed,
  };
}
