/** Waves written by hand for the simulator: a few tasks, a few agents, and a model that is told what happens. */
import { startKnobs, startParameters } from '../../domain/model/agent.ts';
import type { Agent, TunedParameters } from '../../domain/model/agent.ts';
import { DEFAULT_TARGETS } from '../../domain/model/targets.ts';
import type { LaneRow } from '../../domain/model/plan.ts';
import type { Task } from '../../domain/model/task.ts';
import type { Estimate } from '../../domain/scheduling/plan-wave.ts';
import type { SimulateWaveInput } from '../../domain/simulation/simulate-wave.ts';
import type { AttemptModel } from '../../domain/simulation/virtual-agent.ts';
import type { Estimator } from '../../domain/wave/estimates.ts';
import type { WaveSettings } from '../../domain/wave/settings.ts';

export const START = Date.UTC(2026, 2, 2);

export function task(task_id: string, change: Partial<Task> = {}): Task {
  return {
    task_id,
    wave: 1,
    priority: 1,
    risk_level: 'LOW',
    task_type: null,
    capabilities: [],
    payload: null,
    generation: 1,
    ...change,
  };
}

export function tasks(count: number, change: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, index) => task(`t${index + 1}`, change));
}

export function agent(agent_id: string, change: Partial<Agent> = {}): Agent {
  return { agent_id, kind: 'simulated', slots: 4, capabilities: [], idempotent: false, ...change };
}

/** Every agent starts with three attempts per task and one task in flight; `change` replaces whole fields. */
export function settings(
  agents: Agent[],
  change: Partial<WaveSettings> = {},
  parameters: Partial<TunedParameters> = {},
): WaveSettings {
  return {
    execution_id: 'run',
    dataset: 'demo',
    wave: 1,
    dry_run: false,
    seed: 22,
    targets: DEFAULT_TARGETS,
    strategy: 'balance_load',
    agents,
    parameters: Object.fromEntries(
      agents.map(({ agent_id, slots }) => [
        agent_id,
        { ...startParameters(slots), max_parallel_tasks: 1, ...parameters },
      ]),
    ),
    knobs: startKnobs(),
    limits: { maxAttempts: 6, taskTimeoutMs: 60_000 },
    gate: { mediumNeedsApproval: false, highRiskThreshold: null, retryPenalties: [] },
    pace_tasks: Object.fromEntries(agents.map(({ agent_id }) => [agent_id, 1])),
    on_trial: [],
    ...change,
  };
}

/** The same estimate for every task on every agent, save for what `per` says of one. */
export function estimator(
  estimate: Partial<Estimate> = {},
  per: (taskId: string, agentId: string) => Partial<Estimate> | null = () => ({}),
): Estimator {
  return ({ task_id }, agentId) => {
    const own = per(task_id, agentId);
    if (own === null) return null;
    const given = {
      declared: 0.95,
      predicted_success: 0.95,
      declared_ms: 1000,
      predicted_ms: 1000,
      ...estimate,
      ...own,
    };
    return { gate_success: given.predicted_success, ...given };
  };
}

/** Every attempt takes its predicted time and succeeds. */
export const allWell: AttemptModel = (row) => ({ duration_ms: row.predicted_ms, success: true });

/** A wave of `count` LOW tasks of one second on agents `a` and `b`, in which nothing goes wrong. */
export function smallWave(change: Partial<SimulateWaveInput> = {}): SimulateWaveInput {
  return {
    settings: settings([agent('a'), agent('b')]),
    tasks: tasks(8),
    estimate: estimator(),
    model: allWell,
    startAt: START,
    approveAfterMs: null,
    approvalTimeoutMs: 30_000,
    ...change,
  };
}

/** A LOW task that agent `a` does in a second, nine times of ten. */
export const LANE_ROW: LaneRow = {
  task_id: 't',
  agent_id: 'a',
  task: task('t'),
  priority: 1,
  risk_level: 'LOW',
  declared: 0.9,
  predicted_success: 0.9,
  confidence: 0.9,
  declared_ms: 1000,
  predicted_ms: 1000,
  start_ms: 0,
  end_ms: 1000,
  attempts_used: 0,
  attempts_here: 0,
  threshold: 0.5,
  override: false,
};
