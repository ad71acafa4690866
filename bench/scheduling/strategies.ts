/**
 * What each strategy buys in a plan, and what for: the same drawn fleets are planned under each of the five, with the
 * adjustments that it asks for or without them, and once under none. Figures are those that the plans expect; nothing is executed.
 */
import type { TunedParameters, WaveKnobs } from '../../domain/model/agent.ts';
import { startKnobs, startParameters } from '../../domain/model/agent.ts';
import type { Plan } from '../../domain/model/plan.ts';
import { seededRandom } from '../../domain/model/random.ts';
import type { StrategyName } from '../../domain/model/records.ts';
import { STRATEGY_NAMES } from '../../domain/model/records.ts';
import { expectedAttempts } from '../../domain/scheduling/expected-attempts.ts';
import type { PendingTask, PlanInput, PlanningAgent } from '../../domain/scheduling/plan-wave.ts';
import { planWave } from '../../domain/scheduling/plan-wave.ts';
import { STRATEGIES } from '../../domain/strategy/catalogue.ts';
import { estimateOf, pendingTask, planInput, planningAgent } from '../../test/domain/scheduling/plan-fixture.ts';

/** Means over the fleets. */
export interface PlanFigures {
  /** Share of tasks that are expected to complete on their agent, with the attempts they have there. */
  success: number;
  /** Tasks a minute. */
  throughput: number;
  /** Mean ÷ largest busy time of a slot, over agents. */
  balance: number;
  /** Expected attempts beyond the first, per task. */
  retries: number;
  /** Mean confidence, 0–1. */
  confidence: number;
}

export type NamedPlanFigures = ReadonlyMap<StrategyName | 'none', PlanFigures>;

const AGENTS = 6;
const TASKS = 40;
const SLOTS = 4;
const TASK_MS = 10_000;

interface Fleet {
  agents: PlanningAgent[];
  pending: PendingTask[];
  /** By agent: milliseconds of a mean task, probability of success, confidence, and how little its pace is known. */
  nature: { ms: number; success: number; gate: number; sd: number }[];
  /** By task and agent: a factor on the agent's time. */
  affinity: number[][];
}

/** Same seed, same figures. `adjusting`: with what each strategy asks of parameters; else all plan with the same. */
export function strategyFigures(fleets: number, seed: number, adjusting: boolean): NamedPlanFigures {
  const drawn = Array.from({ length: fleets }, (_, fleet) => drawFleet(seed, fleet));
  const names: (StrategyName | 'none')[] = ['none', ...STRATEGY_NAMES];
  return new Map(
    names.map((name) => {
      const all = drawn.map((fleet) => figuresOf(fleet, name, adjusting));
      const mean = (figure: keyof PlanFigures) => all.reduce((sum, each) => sum + each[figure], 0) / fleets;
      return [
        name,
        {
          success: mean('success'),
          throughput: mean('throughput'),
          balance: mean('balance'),
          retries: mean('retries'),
          confidence: mean('confidence'),
        },
      ];
    }),
  );
}

function drawFleet(seed: number, fleet: number): Fleet {
  const random = seededRandom('strategies', seed, fleet);
  const between = (from: number, to: number) => from + random() * (to - from);
  const ids = Array.from({ length: AGENTS }, (_, agent) => `agent-${agent}`);
  return {
    agents: ids.map((agent_id) => planningAgent(agent_id)),
    pending: Array.from({ length: TASKS }, (_, task) => pendingTask(`task-${task}`)),
    nature: ids.map(() => ({
      ms: TASK_MS * between(0.5, 2),
      success: between(0.6, 0.98),
      gate: between(0.6, 0.98),
      sd: between(0.05, 0.5),
    })),
    affinity: Array.from({ length: TASKS }, () => ids.map(() => between(0.5, 1.5))),
  };
}

function figuresOf(fleet: Fleet, name: StrategyName | 'none', adjusting: boolean): PlanFigures {
  const { parameters, knobs } = adjusted(adjusting ? name : 'none');
  const plan = planWave(planInputOf(fleet, name === 'none' ? 'balance_load' : name, parameters, knobs));
  const rows = plan.lanes.flatMap((lane) => lane.rows);
  const mean = (of: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const { retry_threshold: limit } = parameters;
  return {
    success: mean(({ predicted_success }) => 1 - (1 - predicted_success) ** limit),
    throughput: (rows.length * 60_000) / plan.makespan_ms,
    balance: balanceOf(plan, parameters),
    retries: mean(({ predicted_success }) => expectedAttempts(predicted_success, limit) - 1),
    confidence: mean(({ confidence }) => confidence),
  };
}

/** Start values, moved as the strategy asks. */
function adjusted(name: StrategyName | 'none'): { parameters: TunedParameters; knobs: WaveKnobs } {
  const [parameters, knobs] = [startParameters(SLOTS), startKnobs()];
  const asked = name === 'none' ? {} : STRATEGIES[name].adjustments;
  for (const [key, by] of Object.entries(asked)) {
    const on: Partial<Record<string, number>> = Object.hasOwn(knobs, key)
      ? (knobs as unknown as Record<string, number>)
      : (parameters as unknown as Record<string, number>);
    on[key] = (on[key] ?? 0) + by;
  }
  return { parameters, knobs };
}

function planInputOf(fleet: Fleet, strategy: StrategyName, parameters: TunedParameters, knobs: WaveKnobs): PlanInput {
  const { nature, affinity } = fleet;
  const index = new Map(fleet.agents.map(({ agent: { agent_id } }, agent) => [agent_id, agent]));
  const row = new Map(fleet.pending.map(({ task: { task_id } }, task) => [task_id, task]));
  const free_at = new Array<number>(parameters.max_parallel_tasks).fill(0);
  const agents = fleet.agents.map((agent) => ({ ...agent, parameters, free_at }));
  const estimate: PlanInput['estimate'] = ({ task_id }, agentId) => {
    const agent = index.get(agentId)!;
    const { ms, success: predicted_success, gate: declared, sd: level_sd_log } = nature[agent]!;
    const declared_ms = ms * affinity[row.get(task_id)!]![agent]!;
    const known = { declared, predicted_success, gate_success: declared, declared_ms, level_sd_log };
    return estimateOf(declared_ms / parameters.speed_multiplier, known);
  };
  const threshold = () => 0.5 + knobs.safety_gate_strictness;
  return planInput(fleet.pending, agents, {}, { estimate, knobs, strategy, threshold });
}

function balanceOf({ lanes }: Plan, { max_parallel_tasks: slots }: TunedParameters): number {
  const busy = lanes.map(({ rows }) => rows.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0) / slots);
  return busy.reduce((sum, ms) => sum + ms, 0) / busy.length / Math.max(...busy);
}
